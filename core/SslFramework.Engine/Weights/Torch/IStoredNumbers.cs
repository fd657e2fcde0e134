namespace SslFramework.Engine.Weights.Torch;

/// <summary>A PyTorch file: the content of its pickle, and the numbers beside it.</summary>
internal interface IStoredNumbers : IDisposable
{
    /// <summary>The object that was saved.</summary>
    object? Root { get; }

    /// <summary>A stream at the first byte of a storage, followed by all of its bytes; valid until the next call.</summary>
    /// <exception cref="FormatException">They are missing, or their number differs.</exception>
    Stream Find(PickledStorage storage);
}
