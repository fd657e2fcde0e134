namespace SslFramework.Host.Terminal;

/// <summary><c>NO_COLOR</c> and <c>CI</c>, with any value, ask for plain text: no colours, and no lines that are written over.</summary>
public static class PlainTerminal
{
    private const string Dumb = "dumb";
    private static readonly string[] Wishes = ["NO_COLOR", "CI"];

    /// <summary>Whether the terminal is to be written to as a file is.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable("TERM") == Dumb;

    /// <summary>To be called before the console is used: the runtime, the tables and the live panel all ask TERM what a terminal can do.</summary>
    public static void Heed()
    {
        if (Wishes.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            Environment.SetEnvironmentVariable("TERM", Dumb);
        }
    }
}
