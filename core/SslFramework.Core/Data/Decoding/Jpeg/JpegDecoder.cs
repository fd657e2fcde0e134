using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// Decodes JPEGs (ITU-T T.81): baseline and progressive, 8 bits, gray, YCbCr and RGB, with the pixels of libjpeg-turbo. What no
/// needed pixel is made from is not decoded, and in a JPEG of one scan nothing below the needed part is read.
/// </summary>
internal sealed class JpegDecoder
{
    private const int MaximumScans = 500; // a few kilobytes of progressive scans can take minutes otherwise
    private const int SmoothedCoefficients = 10;
    private const int KeptBytes = 64 << 20; // of a large image, from one to the next

    private static readonly ConcurrentQueue<JpegDecoder> Idle = new();

    private readonly SampleStages stages;
    private readonly JpegTables tables = new();
    private readonly JpegFrame frame = new();
    private readonly JpegScan scan = new();
    private readonly EntropyData data = new();
    private readonly ScanUnits units;
    private readonly BaselineScan baseline;
    private readonly ProgressiveScan progressive;
    private readonly PixelRows rows;
    private int at;
    private bool isJfif;
    private byte? adobeTransform;

    /// <summary>Makes one, for one image at a time.</summary>
    public JpegDecoder(SampleStages stages)
    {
        this.stages = stages;
        var order = JpegTables.Order(stages.Lanes);
        units = new(stages.Lanes);
        baseline = new(data, units, order);
        progressive = new(data, units, order);
        rows = new(stages);
    }

    private enum Found
    {
        Scan,
        End,
        OtherKind,
    }

    /// <summary>Decodes a JPEG, or leaves kinds that it does not know to another decoder. Thread-safe.</summary>
    /// <param name="jpeg">The file's bytes.</param>
    /// <param name="options">The channels to make, and the largest size.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels that it needs.</param>
    /// <returns>Whether it is decoded: not if it is CMYK, of 12 bits, arithmetically coded, lossless or hierarchical.</returns>
    /// <exception cref="ExperimentException">It is too large, or damaged.</exception>
    public static bool TryDecode(ReadOnlySpan<byte> jpeg, DecodeOptions options, string name, PixelBuffer destination)
    {
        if (!Idle.TryDequeue(out var decoder))
        {
            decoder = new JpegDecoder(SampleStages.Fastest);
        }

        try
        {
            return decoder.Decode(jpeg, options, name, destination);
        }
        finally
        {
            decoder.Shrink();
            Idle.Enqueue(decoder);
        }
    }

    /// <summary>The same, by this decoder.</summary>
    public bool Decode(ReadOnlySpan<byte> jpeg, DecodeOptions options, string name, PixelBuffer destination)
    {
        try
        {
            return Begin(jpeg, options.MaximumPixels, name) && Finish(jpeg, options, destination);
        }
        catch (JpegDamageException damage)
        {
            throw ImageDecoder.Bad(name, $"it is damaged ({damage.Message})");
        }
    }

    private void Shrink()
    {
        data.Shrink(KeptBytes);
        foreach (var component in frame.Components)
        {
            component.Shrink(KeptBytes);
        }
    }

    // Everything up to the first scan
    private bool Begin(ReadOnlySpan<byte> jpeg, int maximumPixels, string name)
    {
        (at, isJfif, adobeTransform) = (2, false, null);
        tables.Forget();
        frame.Forget();
        var found = Find(jpeg);
        if (!frame.Components.IsEmpty)
        {
            ImageDecoder.CheckPixels(frame.Size.Width, frame.Size.Height, maximumPixels, name);
        }

        return found == Found.End ? throw new JpegDamageException("no scan") : found == Found.Scan;
    }

    private bool Finish(ReadOnlySpan<byte> jpeg, DecodeOptions options, PixelBuffer destination)
    {
        var (color, channels) = (frame.Color(isJfif, adobeTransform), options.Channels);
        var orientation = JpegMarkers.Orientation(jpeg);
        CheckBytes(jpeg.Length);
        var reduced = options.ScaledDecode ? Reduce(orientation, destination) : 1;
        MakeImage(jpeg, color, channels, orientation, destination);
        destination.Reduced = reduced;
        return true;
    }

    /// <summary>Makes the image smaller by the power of two that the destination admits, and returns it.</summary>
    private int Reduce(int orientation, PixelBuffer destination)
    {
        var upright = UprightOrder.Of(frame.Size, orientation);
        var most = destination.Reduction(new ImageSize(upright.Rows, upright.Columns));
        var reduced = most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
        if (reduced > 1)
        {
            frame.Reduce(reduced);
        }

        return reduced;
    }

    private void MakeImage(ReadOnlySpan<byte> jpeg, JpegColor color, int channels, int orientation, PixelBuffer destination)
    {
        var size = frame.Size;

        // Straight into place if neither order nor channels must change. Gray of a color image is made from red, green and
        // blue, as Pillow makes it: the JPEG's own luma differs by rounding.
        if (orientation == ExifOrientation.Upright && (channels == 3 || color == JpegColor.Gray))
        {
            var needed = destination.Needed(size);
            MakePixels(jpeg, color, needed, channels, destination.Resize(size.Height, size.Width, channels));
            return;
        }

        var pixels = ArrayPool<byte>.Shared.Rent(size.Width * size.Height * 3);
        try
        {
            MakePixels(jpeg, color, PixelBox.All(size), 3, pixels);
            UprightImage.Write(pixels, pixelBytes: 3, size, orientation, channels, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private void MakePixels(ReadOnlySpan<byte> jpeg, JpegColor color, PixelBox needed, int channels, Span<byte> pixels)
    {
        if (frame.IsProgressive || scan.Components.Length < frame.Components.Length)
        {
            rows.Begin(frame, needed, frame.Units.Height);
            ReadScans(jpeg);
            for (var row = rows.Units.First; row <= rows.Units.Last; row++)
            {
                rows.Make(frame, color, row, channels, pixels);
            }

            return;
        }

        rows.Begin(frame, needed, 1);
        data.Begin(jpeg, scan.Start, tables.RestartInterval);
        units.Begin(frame, scan);
        for (var row = 0; row <= rows.Units.Last; row++)
        {
            foreach (var component in frame.Components)
            {
                component.Clear(row, stages.Lanes);
            }

            baseline.ReadRow(jpeg, scan, row);
            if (row >= rows.Units.First)
            {
                rows.Make(frame, color, row, channels, pixels);
            }
        }
    }

    // All scans, into coefficients that are held
    private void ReadScans(ReadOnlySpan<byte> jpeg)
    {
        foreach (var component in frame.Components)
        {
            component.Coefficients.Clear();
        }

        var scans = 0;
        do
        {
            if (++scans > MaximumScans)
            {
                throw new JpegDamageException("too many scans");
            }

            data.Begin(jpeg, scan.Start, tables.RestartInterval);
            units.Begin(frame, scan);
            if (frame.IsProgressive)
            {
                progressive.Read(jpeg, scan);
            }
            else
            {
                for (var row = 0; row < units.Size.Height; row++)
                {
                    baseline.ReadRow(jpeg, scan, row);
                }
            }

            at = data.End;
        }
        while (FindAnother(jpeg));

        // libjpeg makes something up for what is missing.
        foreach (var component in frame.Components)
        {
            var isPart = frame.IsProgressive && component.KnownBits.AsSpan(0, SmoothedCoefficients).ContainsAnyExcept((sbyte)0);
            if (isPart || !component.HasScan)
            {
                throw new JpegDamageException("scans are missing");
            }
        }
    }

    // Every block takes a bit in its first scan: a few bytes do not make a large image.
    private void CheckBytes(int length)
    {
        var blocks = 0L;
        foreach (var component in frame.Components)
        {
            blocks += (long)component.Blocks.Height * component.Blocks.Width;
        }

        if (blocks > 8L * length)
        {
            throw new JpegDamageException("premature end of data");
        }
    }

    private bool FindAnother(ReadOnlySpan<byte> jpeg)
    {
        var found = Find(jpeg);
        return found == Found.OtherKind ? throw new JpegDamageException("another image among its scans") : found == Found.Scan;
    }

    // Reads segments up to the next scan's header, and that
    private Found Find(ReadOnlySpan<byte> jpeg)
    {
        while (true)
        {
            var marker = JpegMarkers.NextOfAny(jpeg, ref at);
            switch (marker)
            {
                case 0:
                    throw new JpegDamageException("premature end of file");
                case 1 or (>= 0xD0 and <= 0xD7):
                    continue; // without a segment
                case JpegMarkers.EndOfImage:
                    return Found.End;
                case (>= 0xC3 and <= 0xCF) and not (0xC4 or 0xC8 or 0xCC):
                    return Found.OtherKind;
                case not (>= 0xC0 and <= 0xCC or >= 0xDA and <= 0xDD or >= 0xE0 and <= 0xEF or 0xFE) or 0xC8:
                    throw new JpegDamageException($"unknown marker 0x{marker:x2}");
            }

            var isTooShort = jpeg.Length - at >= 2 && BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]) < 2;
            if (isTooShort && marker is not (0xDC or >= 0xE0 and <= 0xEF or 0xFE)) // as libjpeg, which passes over these
            {
                throw new JpegDamageException("bogus marker length");
            }

            var segment = JpegMarkers.Segment(jpeg, ref at);
            if (marker is 0xC0 or 0xC1 or 0xC2)
            {
                if (!frame.Read(segment, marker == 0xC2))
                {
                    return Found.OtherKind;
                }

                frame.Measure(stages.Lanes);
            }
            else if (marker == JpegMarkers.StartOfScan)
            {
                scan.Read(segment, at, frame, tables);
                return Found.Scan;
            }
            else
            {
                Define(marker, segment);
            }
        }
    }

    private void Define(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case 0xC4:
                tables.DefineHuffman(segment);
                break;
            case 0xDB:
                tables.DefineQuantization(segment);
                break;
            case 0xDD:
                tables.DefineRestarts(segment);
                break;
            case 0xE0 when segment.Length >= 14 && segment.StartsWith("JFIF\0"u8):
                isJfif = true;
                break;
            case 0xEE when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                adobeTransform = segment[11];
                break;
        }
    }
}
