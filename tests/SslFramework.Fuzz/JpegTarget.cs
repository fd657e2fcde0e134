using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Jpeg;

namespace SslFramework.Fuzz;

/// <summary>
/// Our decoder of JPEGs: with the widest vectors and without any, in full and in part, and beside libjpeg-turbo, if the system has it.
/// </summary>
internal static class JpegTarget
{
    private static readonly byte[] Start = [0xFF, 0xD8, 0xFF];
    private static readonly DecodeOptions Options = new() { MaximumPixels = 1 << 18, ScaledDecode = true }; // of buffers that ask for it

    // Damage that libjpeg-turbo does not notice, or not always: codes that no table has, coefficients that no scan brought. Of several
    // warnings, it tells the last one only.
    private static readonly string[] Ours = ["bad Huffman code", "scans are missing"];

    /// <summary>The target.</summary>
    public static FuzzTarget Target { get; } = new("jpeg", input => Compare(input))
    {
        Words = ["\0", "JFIF", "Adobe", "\u0011", "\u0022", "\u0001\u0011\0"],
    };

    /// <summary>Decodes in every way, and compares.</summary>
    /// <returns>Whether it is decoded.</returns>
    /// <exception cref="ExperimentException">The file is refused.</exception>
    /// <exception cref="InvalidDataException">The ways differ.</exception>
    public static bool Compare(byte[] jpeg)
    {
        var whole = new PixelBuffer();
        var (isDecoded, refusal) = Decode(SampleStages.Fastest, jpeg, whole);
        var plain = new PixelBuffer();
        var part = new Corner();
        Check(Decode(new PlainStages(), jpeg, plain).IsDecoded == isDecoded, "another answer without vectors");
        if (isDecoded)
        {
            Check(plain.Image.Pixels.SequenceEqual(whole.Image.Pixels), "other pixels without vectors");
            Check(Decode(SampleStages.Fastest, jpeg, part).IsDecoded, "the whole is decoded, but not its part");
            CheckPart(whole, part);
            CheckSmaller(jpeg);
        }

        if (TurboJpeg.IsInstalled && jpeg.AsSpan().StartsWith(Start) && JpegMarkers.HasEnd(jpeg) && JpegMarkers.Orientation(jpeg) == ExifOrientation.Upright)
        {
            CheckPeer(jpeg, isDecoded ? whole : null, refusal);
        }

        return refusal is null ? isDecoded : throw refusal;
    }

    private static void CheckSmaller(byte[] jpeg)
    {
        for (var times = 2; times <= 8; times *= 2)
        {
            var (vectors, plain) = (new Smaller(times), new Smaller(times));
            Check(Decode(SampleStages.Fastest, jpeg, vectors).IsDecoded, "the whole is decoded, but not smaller");
            Decode(new PlainStages(), jpeg, plain);
            Check(plain.Image.Pixels.SequenceEqual(vectors.Image.Pixels), "other pixels of a smaller image without vectors");
        }
    }

    private static void CheckPeer(byte[] jpeg, PixelBuffer? ours, ExperimentException? refusal)
    {
        if (ours is not null)
        {
            var theirs = TurboJpeg.Decode(jpeg, ours.Height, ours.Width);
            if (!theirs.IsDecoded && !theirs.Message.Contains("DAC")) // conditions of arithmetic coding are not read here
            {
                theirs = TurboJpeg.Decode(UpToScan(jpeg), ours.Height, ours.Width);
                Check(theirs.IsDecoded, "libjpeg-turbo refuses it: " + theirs.Message);
            }

            // Of a byte of 255 that is filled up and stuffed, its faster way of decoding makes a marker, begins the unit again in the slower
            // way, and leaves what it had made of it.
            var isMadeTwice = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xFF, 0]) >= 0;
            Check(!theirs.IsDecoded || isMadeTwice || ours.Image.Pixels.SequenceEqual(theirs.Pixels), "libjpeg-turbo has other pixels");
        }
        else if (refusal is not null && !Ours.Any(refusal.Message.Contains))
        {
            // Any size will do: it refuses, or scales nothing.
            var theirs = TurboJpeg.Decode(jpeg, 512, 512);
            Check(!theirs.IsDecoded || theirs.Message.Length > 0, "libjpeg-turbo decodes what is refused: " + refusal.Message);
        }
    }

    // Whatever follows the data of an image of one scan is not read here.
    private static byte[] UpToScan(byte[] jpeg)
    {
        var at = 2;
        byte marker;
        do
        {
            marker = JpegMarkers.Next(jpeg, ref at);
            JpegMarkers.Segment(jpeg, ref at);
        }
        while (marker != JpegMarkers.StartOfScan);
        do
        {
            marker = JpegMarkers.NextOfAny(jpeg, ref at);
        }
        while (marker is >= 0xD0 and <= 0xD7); // restarts
        return [.. jpeg[..(at - 2)], 0xFF, JpegMarkers.EndOfImage];
    }

    private static (bool IsDecoded, ExperimentException? Refusal) Decode(SampleStages stages, byte[] jpeg, PixelBuffer buffer)
    {
        try
        {
            return (jpeg.AsSpan().StartsWith(Start) && new JpegDecoder(stages).Decode(jpeg, Options, "x", buffer), null);
        }
        catch (ExperimentException refusal)
        {
            return (false, refusal);
        }
    }

    private static void CheckPart(PixelBuffer whole, Corner part)
    {
        var (top, left, height, width) = part.Asked ?? PixelBox.All(new ImageSize(whole.Height, whole.Width));
        for (var y = top; y < top + height; y++)
        {
            var row = ((y * whole.Width) + left) * 3;
            Check(whole.Image.Pixels.Slice(row, 3 * width).SequenceEqual(part.Image.Pixels.Slice(row, 3 * width)), "other pixels in a part");
        }
    }

    private static void Check(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private sealed class Smaller(int times) : PixelBuffer
    {
        public override int Reduction(ImageSize size) => times;
    }

    private sealed class Corner : PixelBuffer
    {
        public PixelBox? Asked { get; private set; }

        public override PixelBox Needed(ImageSize size) =>
            (Asked = new(size.Height / 3, size.Width / 2, (size.Height + 3) / 4, (size.Width + 3) / 4)).Value;
    }
}
