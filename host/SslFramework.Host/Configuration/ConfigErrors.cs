using System.Globalization;
using System.Text.RegularExpressions;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Configuration;

/// <summary>Every mistake of an experiment, told at once.</summary>
internal sealed partial class ConfigErrors
{
    private const int Told = 100;

    private readonly List<(string Place, string Sentence)> errors = [];

    public int Count => errors.Count;

    /// <summary>One line a mistake, in the order of the file.</summary>
    public IEnumerable<string> Lines => errors
        .OrderBy(e => LineOf(e.Place))
        .Select(e => e.Place.Length == 0 ? e.Sentence : $"{e.Place}: {e.Sentence}");

    /// <summary>Adds a mistake, once however often it is met; what the file says in it is made safe to show.</summary>
    public void Add(string place, string sentence)
    {
        var error = (Printable.Line(place), Printable.Line(sentence));
        if (!errors.Contains(error))
        {
            errors.Add(error);
        }
    }

    /// <summary>Adds a mistake that has no place, or says it itself.</summary>
    public void Add(string sentence) => Add("", sentence);

    /// <summary>Throws if there is any.</summary>
    /// <exception cref="ExperimentException">All of them in one message, the first hundred where there are more.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            string[] more = Count > Told ? [$"… and {Count - Told} more mistakes"] : [];
            throw new ExperimentException(FailureKind.Config, [.. Lines.Take(Told), .. more]);
        }
    }

    private static int LineOf(string place) =>
        LinePattern().Match(place) is { Success: true } match
            && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var line)
            ? line
            : int.MaxValue;

    [GeneratedRegex(@":(\d+):\d+$")]
    private static partial Regex LinePattern();
}
