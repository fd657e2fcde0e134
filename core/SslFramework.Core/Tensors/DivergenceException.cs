namespace SslFramework.Core.Tensors;

/// <summary>The numbers of a run have gone wrong: what is in memory is worth nothing, the last checkpoint is.</summary>
internal sealed class DivergenceException(long step, string message) : ExperimentException(FailureKind.Diverged, message)
{
    /// <summary>The step at which it showed, from 1.</summary>
    public long Step => step;
}
