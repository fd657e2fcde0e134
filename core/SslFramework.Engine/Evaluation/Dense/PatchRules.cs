namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>How the patches to learn from are chosen, and what they are of.</summary>
/// <param name="RareFirst">Whether patches of rare classes are taken first.</param>
/// <param name="VoidAsBackground">Whether pixels that count nowhere are of the background, or of the first class if there is none.</param>
internal sealed record PatchRules(bool RareFirst = false, bool VoidAsBackground = false);
