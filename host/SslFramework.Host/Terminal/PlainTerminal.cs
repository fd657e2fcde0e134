namespace SslFramework.Host.Terminal;

/// <summary><c>NO_COLOR</c> and <c>CI</c>, with any value, ask for plain text: no colours, and no lines that are written over.</summary>
public static class PlainTerminal
{
    private static readonly string[] Wishes = ["NO_COLOR", "CI"];

    /// <summary>To be called before the console is used: the runtime, the tables and the live panel all ask TERM what a terminal can do.</summary>
    public static void Heed()
    {
        if (Wishes.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            Environment.SetEnvironmentVariable("TERM", "dumb");
        }
    }
}
