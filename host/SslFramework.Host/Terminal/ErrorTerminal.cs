namespace SslFramework.Host.Terminal;

/// <summary>What stderr is, and how progress looks on it.</summary>
internal static class ErrorTerminal
{
    private const int BarLength = 24;
    private const int Usual = 80;

    /// <summary>Whether lines can be written over.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && !PlainTerminal.IsAskedFor;

    /// <summary>Columns, now; 80 where the terminal does not say, or is gone.</summary>
    public static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : Usual;
        }
        catch (IOException)
        {
            return Usual;
        }
    }

    /// <summary><c>[######..................] 25 %</c></summary>
    /// <param name="done">0 to 1.</param>
    public static string Bar(double done)
    {
        var full = (int)(done * BarLength);
        return $"[{new string('#', full)}{new string('.', BarLength - full)}] {done:P0}";
    }

    /// <summary>A time in its two largest units.</summary>
    public static string Short(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
        : $"{time.TotalSeconds:F0} s";
}
