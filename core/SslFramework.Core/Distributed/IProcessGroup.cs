namespace SslFramework.Core.Distributed;

/// <summary>
/// The processes that train together, and how they exchange tensors. All of them make the same calls in the same order, with
/// contiguous tensors of the same shapes.
/// </summary>
public interface IProcessGroup : IDisposable
{
    /// <summary>This process's number, 0 to Count − 1.</summary>
    int Rank { get; }

    /// <summary>Number of processes.</summary>
    int Count { get; }

    /// <summary>This process's number among those of its machine.</summary>
    int LocalRank { get; }

    /// <summary>The call that waits for other processes at the moment, or null. Other threads may ask.</summary>
    string? Waiting { get; }

    /// <summary>Begins to write the sum over all processes into <paramref name="values"/>, which nobody may touch until it is done.</summary>
    /// <param name="values">float32, float64 or int64.</param>
    Task BeginSum(Tensor values);

    /// <summary>Writes the tensors of all processes in order of rank into <paramref name="all"/>.</summary>
    /// <param name="own">Of any type.</param>
    /// <param name="all">Of the same type, Count times as many elements.</param>
    void Gather(Tensor own, Tensor all);

    /// <summary>Writes rank 0's values into <paramref name="values"/> in every process.</summary>
    void Broadcast(Tensor values);

    /// <summary>Ends all processes at once. Any thread may ask.</summary>
    /// <param name="exitCode">How they end: 1 to 255.</param>
    void Abort(int exitCode);
}
