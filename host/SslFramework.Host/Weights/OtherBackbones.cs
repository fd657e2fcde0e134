using SslFramework.Engine.Weights;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Weights;

/// <summary>What is said of a file of weights that holds several backbones, of which one was taken.</summary>
internal static class OtherBackbones
{
    /// <summary>Names the others, one of which may be the one that is wanted; null if there is none.</summary>
    /// <param name="weights">What was taken.</param>
    /// <param name="option">What takes another one.</param>
    public static string? SentenceOn(ForeignWeights weights, string option)
    {
        string[] others = [.. weights.Others.Select(prefix => prefix.Length == 0 ? "at its top" : $"behind '{prefix}'")];
        return others.Length == 0 ? null
            : $"The file has more than one backbone; {WordList.Of(others, "and")} there is another, which {option} takes.";
    }
}
