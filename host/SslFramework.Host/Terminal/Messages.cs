namespace SslFramework.Host.Terminal;

/// <summary>
/// What the program says on stderr: one line per message, whoever's names are in it. Warnings and errors are always said, and so anybody
/// may say them; notes and details are for people who did not ask for quiet, and so whoever says them is given an instance. The stream is
/// <see cref="Console.Error"/>, which a panel or one of several processes replaces while it lives.
/// </summary>
/// <param name="verbosity">How much is said.</param>
internal sealed class Messages(Verbosity verbosity)
{
    /// <summary>What every warning begins with.</summary>
    public const string WarningMark = "warning:";

    /// <summary>What every error begins with.</summary>
    public const string ErrorMark = "error:";

    /// <summary>Says what a command without options of its own says: everything but details.</summary>
    public static Messages Normal { get; } = new(Verbosity.Normal);

    /// <summary>How much is said.</summary>
    public Verbosity Verbosity => verbosity;

    /// <summary>Whether warnings and errors alone are said.</summary>
    public bool IsQuiet => verbosity == Verbosity.Quiet;

    /// <summary>What the options of a command ask for. Of several processes the first one speaks.</summary>
    /// <param name="quiet">Whether <c>--quiet</c> was given.</param>
    /// <param name="verbose">Whether <c>--verbose</c> was given.</param>
    /// <param name="rank">The number of this process, from 0.</param>
    public static Messages For(bool quiet, bool verbose, int rank) =>
        quiet || rank > 0 ? new(Verbosity.Quiet) : verbose ? new(Verbosity.Verbose) : Normal;

    /// <summary>Says what the user should know and what stops nothing.</summary>
    public static void Warn(string sentence) => Say($"{WarningMark} {sentence}");

    /// <summary>Says why something ends.</summary>
    public static void Error(string sentence) => Say($"{ErrorMark} {sentence}");

    /// <summary>Says a line as it is; what could deceive a terminal is escaped.</summary>
    public static void Say(string line) => Console.Error.WriteLine(Printable.Line(line));

    /// <summary>Says what happens, unless quiet.</summary>
    public void Note(string sentence)
    {
        if (!IsQuiet)
        {
            Say(sentence);
        }
    }

    /// <summary>Says what only a verbose run says.</summary>
    public void Detail(string line)
    {
        if (verbosity == Verbosity.Verbose)
        {
            Say(line);
        }
    }

    /// <summary>Shows what is being done until the result is disposed; null, and nothing, when quiet.</summary>
    public IDisposable? Working(string doing) => IsQuiet ? null : LivePanel.Note(doing);
}
