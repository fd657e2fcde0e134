namespace SslFramework.Core.Tensors;

/// <summary>The numbers of a run have gone wrong: the state in memory is worthless, the last checkpoint is not.</summary>
internal sealed class DivergenceException(long step, string message) : ExperimentException(FailureKind.Diverged, message)
{
    /// <summary>The step at which it was detected, from 1.</summary>
    public long Step => step;
}
