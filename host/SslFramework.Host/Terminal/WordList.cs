namespace SslFramework.Host.Terminal;

/// <summary>Words as a sentence lists them.</summary>
internal static class WordList
{
    /// <summary><c>a, b or c</c>.</summary>
    /// <param name="words">At least one.</param>
    /// <param name="last">What stands before the last of several.</param>
    public static string Of(IReadOnlyList<string> words, string last = "or") =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} {last} {words[^1]}";
}
