namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>How many training images of LVIS show a class.</summary>
public enum LvisFrequency
{
    /// <summary>At most ten.</summary>
    Rare,

    /// <summary>Eleven to a hundred.</summary>
    Common,

    /// <summary>More.</summary>
    Frequent,
}
