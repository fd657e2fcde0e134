namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Which maps of a backbone are laid one behind the other.</summary>
internal enum MapChoice
{
    /// <summary>The last.</summary>
    Last,

    /// <summary>The last four, as far as there are so many.</summary>
    Four,

    /// <summary>All.</summary>
    All,
}
