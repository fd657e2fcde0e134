namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Start weights of a linear classifier.</summary>
internal enum ProbeStart
{
    /// <summary>Normal(0, 0.01²).</summary>
    Small,

    /// <summary>Normal(0, 2 / classes), as in RotNet.</summary>
    ByClasses,

    /// <summary>0, as in SimCLR.</summary>
    Zero,
}
