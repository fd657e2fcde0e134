namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>The sizes by which COCO sorts objects.</summary>
public enum ObjectScale
{
    /// <summary>Every size.</summary>
    All,

    /// <summary>Up to 32² pixels.</summary>
    Small,

    /// <summary>32² to 96² pixels.</summary>
    Medium,

    /// <summary>96² pixels and more.</summary>
    Large,
}
