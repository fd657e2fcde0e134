namespace SslFramework.Fuzz;

/// <summary>Words of formats that several targets have.</summary>
internal static class Words
{
    /// <summary>Of JSON.</summary>
    public static IReadOnlyList<string> Json { get; } =
        ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-1", "0", "\\ud800", "\\u0000", "/*", "9223372036854775808"];
}
