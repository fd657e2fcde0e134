using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>What a JPEG's components are.</summary>
internal enum JpegColor
{
    Gray,
    Ycc,
    Rgb,
}

/// <summary>The frame: the image's size, and its components (ITU-T T.81, B.2.2).</summary>
internal sealed class JpegFrame
{
    private const int LargestSide = 65500; // libjpeg's
    private const int Header = 6;

    private readonly JpegComponent[] components = [new(), new(), new()];
    private int count;

    /// <summary>1 or 3.</summary>
    public ReadOnlySpan<JpegComponent> Components => components.AsSpan(0, count);

    /// <summary>The image's size; nothing, as long as no frame is read.</summary>
    public ImageSize Size { get; private set; }

    /// <summary>Whether its scans refine each other.</summary>
    public bool IsProgressive { get; private set; }

    /// <summary>The most samples across of all components.</summary>
    public int Horizontal { get; private set; }

    /// <summary>The most samples down.</summary>
    public int Vertical { get; private set; }

    /// <summary>Pixels per side of a block of the component with the most samples: 8, or 4, 2 or 1 in a smaller image.</summary>
    public int BlockSide { get; private set; }

    /// <summary>Units of an interleaved scan.</summary>
    public ImageSize Units { get; private set; }

    /// <summary>A new file begins.</summary>
    public void Forget() => count = 0;

    /// <summary>Reads a frame's header.</summary>
    /// <param name="segment">The header.</param>
    /// <param name="progressive">Whether its scans refine each other.</param>
    /// <returns>Whether this kind is decoded here: 8 bits, one component or three, and whole numbers of pixels per sample.</returns>
    /// <exception cref="JpegDamageException">It is not a frame's header, or the second.</exception>
    public bool Read(ReadOnlySpan<byte> segment, bool progressive)
    {
        if (count > 0 || segment.Length < Header || segment.Length != Header + (3 * segment[5]))
        {
            throw new JpegDamageException(count > 0 ? "two frames" : "bogus marker length");
        }

        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        if (height == 0 || width == 0 || segment[5] == 0 || Math.Max(height, width) > LargestSide)
        {
            throw new JpegDamageException("bogus size");
        }

        if (segment[0] != 8 || segment[5] is not (1 or 3))
        {
            return false;
        }

        (count, Size, IsProgressive, Horizontal, Vertical) = (segment[5], new(height, width), progressive, 1, 1);
        foreach (var component in Components)
        {
            segment = segment[(component == components[0] ? Header : 3)..];
            component.Define(segment);
            if (component.Horizontal is < 1 or > 4 || component.Vertical is < 1 or > 4)
            {
                throw new JpegDamageException("bogus sampling factors");
            }

            (Horizontal, Vertical) = (Math.Max(Horizontal, component.Horizontal), Math.Max(Vertical, component.Vertical));
        }

        var isWhole = true;
        foreach (var component in Components)
        {
            isWhole &= Horizontal % component.Horizontal == 0 && Vertical % component.Vertical == 0;
        }

        return isWhole;
    }

    /// <summary>Computes all measures.</summary>
    /// <param name="lanes">How many blocks a vector holds.</param>
    public void Measure(int lanes)
    {
        if (count == 1)
        {
            // The units of a component that is alone are its blocks, whatever its factors are.
            (Horizontal, Vertical, components[0].Horizontal, components[0].Vertical) = (1, 1, 1, 1);
        }

        BlockSide = 8;
        Units = new((Size.Height + (8 * Vertical) - 1) / (8 * Vertical), (Size.Width + (8 * Horizontal) - 1) / (8 * Horizontal));
        foreach (var component in Components)
        {
            component.Measure(Size, Horizontal, Vertical, lanes);
        }
    }

    /// <summary>Makes the image smaller, before any pixel is made.</summary>
    /// <param name="times">How many times: 2, 4 or 8.</param>
    public void Reduce(int times)
    {
        BlockSide = 8 / times;
        Size = new((Size.Height + times - 1) / times, (Size.Width + times - 1) / times);
        foreach (var component in Components)
        {
            component.Reduce(BlockSide);
        }
    }

    /// <summary>What its components are, as libjpeg decides.</summary>
    /// <param name="isJfif">Whether there is a JFIF segment.</param>
    /// <param name="adobeTransform">What an Adobe segment says; null if there is none.</param>
    public JpegColor Color(bool isJfif, byte? adobeTransform)
    {
        var named = count == 3 && (components[0].Id, components[1].Id, components[2].Id) == ('R', 'G', 'B');
        return count == 1 ? JpegColor.Gray
            : !isJfif && (adobeTransform == 0 || (adobeTransform is null && named)) ? JpegColor.Rgb
            : JpegColor.Ycc;
    }
}
