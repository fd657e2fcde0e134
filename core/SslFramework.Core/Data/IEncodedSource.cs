using SslFramework.Core.Data.Decoding;

namespace SslFramework.Core.Data;

/// <summary>A source whose images are encoded files: <c>ssl data check</c> and <c>ssl data pack</c> look at them as they are.</summary>
public interface IEncodedSource : IDataSource
{
    /// <summary>The name of image <paramref name="index"/> in the source, with '/' between folders.</summary>
    string Name(int index);

    /// <summary>How files become pixels, with the window of those of 16 bits; finding that may read some of them.</summary>
    DecodeOptions Decoding => new() { Channels = Channels };

    /// <summary>The file of image <paramref name="index"/>.</summary>
    /// <exception cref="ExperimentException">It cannot be read; the message names it.</exception>
    byte[] Encoded(int index);
}
