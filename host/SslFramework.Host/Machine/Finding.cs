namespace SslFramework.Host.Machine;

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What: <c>torch</c>, <c>disk</c>.</param>
/// <param name="Health">How it is.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Remedy">What to do, where something is to be done.</param>
internal sealed record Finding(string Subject, Health Health, string Sentence, string? Remedy = null);

/// <summary>How something is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, and could be better.</summary>
    Notice,

    /// <summary>It does not work.</summary>
    Bad,
}
