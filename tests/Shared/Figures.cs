using System.Globalization;

namespace SslFramework.Tests;

/// <summary>What the reliability tests counted, for tests/RELIABILITY.md.</summary>
internal static class Figures
{
    private static readonly SortedDictionary<string, string> All = new(StringComparer.Ordinal);

    /// <summary>Whether SSL_SOAK asks for the long forms of the tests.</summary>
    public static bool IsSoak => Environment.GetEnvironmentVariable("SSL_SOAK") is { Length: > 0 };

    public static IReadOnlyDictionary<string, string> Counted => All;

    public static void Add(string what, long count) => Add(what, count.ToString("N0", CultureInfo.InvariantCulture));

    public static void Add(string what, string result)
    {
        lock (All)
        {
            All[what] = result;
        }
    }
}
