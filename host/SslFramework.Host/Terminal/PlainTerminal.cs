namespace SslFramework.Host.Terminal;

/// <summary>
/// <c>CI</c>, with any value, asks for plain text as <c>TERM=dumb</c> does: no lines that are written over. (NO_COLOR turns colors off,
/// and no more.)
/// </summary>
internal static class PlainTerminal
{
    private const string Dumb = "dumb";

    /// <summary>Whether the terminal is to be written to as a file is.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable("TERM") == Dumb;

    /// <summary>
    /// To be called before the console is used: the runtime, the tables and the live panel all ask TERM what a terminal can do.
    /// </summary>
    public static void Heed()
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            Environment.SetEnvironmentVariable("TERM", Dumb);
        }
    }
}
