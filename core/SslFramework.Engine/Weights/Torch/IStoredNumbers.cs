namespace SslFramework.Engine.Weights.Torch;

/// <summary>A file of PyTorch's: what its pickle says, and the numbers beside it.</summary>
internal interface IStoredNumbers : IDisposable
{
    /// <summary>What was saved.</summary>
    object? Root { get; }

    /// <summary>A stream at the first byte of a storage, with as many behind it as it says; good until the next call.</summary>
    /// <exception cref="FormatException">They are missing, or others in number.</exception>
    Stream Find(PickledStorage storage);
}
