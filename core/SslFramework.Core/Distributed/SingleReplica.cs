namespace SslFramework.Core.Distributed;

/// <summary>The view of one process: every call returns its input.</summary>
public sealed class SingleReplica : IReplicas
{
    /// <summary>The only instance that is needed.</summary>
    public static SingleReplica Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public Tensor Gather(Tensor rows) => rows;

    /// <inheritdoc/>
    public Tensor Sum(Tensor local) => local;

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
    }
}
