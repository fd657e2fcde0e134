namespace SslFramework;

/// <summary>All that a plugin sees of the processes that train together. With one process every call returns what it got.</summary>
public interface IReplicas
{
    /// <summary>This process's number, 0 to Count − 1.</summary>
    int Rank { get; }

    /// <summary>Number of processes.</summary>
    int Count { get; }

    /// <summary>
    /// Rows of all processes in order of rank, [b, …] → [Count · b, …], with gradient: backward sums what all processes
    /// ask of a row and gives it to the one that brought it.
    /// </summary>
    Tensor Gather(Tensor rows);

    /// <summary>Sum over all processes, with gradient.</summary>
    Tensor Sum(Tensor local);

    /// <summary>Rank 0's values, written into <paramref name="values"/> in every process. No gradient.</summary>
    void Same(Tensor values);
}
