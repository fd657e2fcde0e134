namespace SslFramework;

/// <summary>All that a plugin sees of the processes that train together. With one process, every call returns its input.</summary>
public interface IReplicas
{
    /// <summary>This process's number, 0 to Count − 1.</summary>
    int Rank { get; }

    /// <summary>Number of processes.</summary>
    int Count { get; }

    /// <summary>
    /// Gathers the rows of all processes in order of rank, [b, …] → [Count · b, …], with gradient: backward sums the gradients
    /// that all processes have for a row and returns them to the process that brought it.
    /// </summary>
    Tensor Gather(Tensor rows);

    /// <summary>Sums over all processes, with gradient.</summary>
    Tensor Sum(Tensor local);

    /// <summary>Copies rank 0's values into <paramref name="values"/> of every process. No gradient.</summary>
    void Broadcast(Tensor values);
}
