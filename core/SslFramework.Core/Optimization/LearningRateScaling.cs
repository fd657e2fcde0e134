namespace SslFramework.Core.Optimization;

/// <summary>How a learning rate grows with B, the images of one optimizer step.</summary>
public enum LearningRateScaling
{
    /// <summary>It does not grow.</summary>
    None,

    /// <summary>lr · B / 256.</summary>
    Linear,

    /// <summary>lr · √B (SimCLR).</summary>
    SquareRoot,
}
