namespace SslFramework.Core.Distributed;

/// <summary>One process alone: every call returns what it got.</summary>
public sealed class SingleProcess : IProcessGroup
{
    /// <summary>The only instance that is needed.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public int LocalRank => 0;

    /// <inheritdoc/>
    public string? Waiting => null;

    /// <inheritdoc/>
    public Task BeginSum(Tensor values) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all) => all.copy_(own.view_as(all));

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
    }

    /// <inheritdoc/>
    public void Abort(int exitCode)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
