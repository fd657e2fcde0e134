namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>How maps become fewer numbers.</summary>
internal enum MapPooling
{
    /// <summary>The mean of each field of the grid.</summary>
    Average,

    /// <summary>The largest value of each field of the grid.</summary>
    Max,
}
