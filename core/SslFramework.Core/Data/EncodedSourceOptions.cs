using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Core.Data;

/// <summary>Options that all sources of encoded images have: how images are decoded, and which part of them is taken.</summary>
public abstract record EncodedSourceOptions : DecodeOptions
{
    /// <summary>Which part of the images is taken; the part of an image is a fixed function of its name.</summary>
    public DataSplit Split { get; init; } = DataSplit.All;

    /// <summary>About how much of the images the test part is.</summary>
    [Range(0.001, 0.999)]
    public double TestFraction { get; init; } = 0.1;
}
