using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// libjpeg-turbo through its TurboJPEG C API (https://libjpeg-turbo.org), if the system has it: Debian's and Ubuntu's
/// libturbojpeg0, Fedora's turbojpeg, Homebrew's jpeg-turbo, turbojpeg.dll. Thread-safe.
/// </summary>
internal sealed unsafe class TurboJpeg
{
    /// <summary>This environment variable, set to <c>skia</c>, disables libjpeg-turbo.</summary>
    public const string Variable = "SSL_JPEG";

    private const int Rgb = 0;
    private const int Gray = 6;
    private const int GraySpace = 2;
    private const int CmykSpace = 3; // and all above
    private const int AccurateDct = 4096;
    private const int LimitScans = 32768; // a few kilobytes of progressive scans can take minutes otherwise
    private const int ScanLimitParameter = 13;
    private const int MaximumScans = 500; // as LimitScans has it

    // Width of the blocks that a JPEG is made of, by its kind of subsampling: 4:4:4, 4:2:2, 4:2:0, gray, 4:4:0.
    private static readonly int[] BlockWidths = [8, 16, 16, 8, 8];

    private readonly ConcurrentQueue<Handle> idle = new();
    private readonly delegate* unmanaged<IntPtr> open;
    private readonly delegate* unmanaged<IntPtr, int> close;
    private readonly delegate* unmanaged<IntPtr, byte*, nuint, int*, int*, int*, int*, int> readHeader;
    private readonly delegate* unmanaged<IntPtr, byte*, nuint, byte*, int, int, int, int, int, int> decompress;
    private readonly delegate* unmanaged<IntPtr, Region, int> setRegion; // this and the next two: null before version 3
    private readonly delegate* unmanaged<IntPtr, int, int, int> setParameter;
    private readonly delegate* unmanaged<IntPtr, byte*, nuint, byte*, int, int, int> decompressRegion;
    private readonly delegate* unmanaged<IntPtr, IntPtr> errorText;
    private readonly delegate* unmanaged<IntPtr, int> errorCode;

    private TurboJpeg(string name, IntPtr library)
    {
        Library = name;
        open = (delegate* unmanaged<IntPtr>)NativeLibrary.GetExport(library, "tjInitDecompress");
        close = (delegate* unmanaged<IntPtr, int>)NativeLibrary.GetExport(library, "tjDestroy");
        readHeader = (delegate* unmanaged<IntPtr, byte*, nuint, int*, int*, int*, int*, int>)NativeLibrary.GetExport(
            library, "tjDecompressHeader3");
        decompress = (delegate* unmanaged<IntPtr, byte*, nuint, byte*, int, int, int, int, int, int>)NativeLibrary.GetExport(
            library, "tjDecompress2");
        if (NativeLibrary.TryGetExport(library, "tj3SetCroppingRegion", out var region))
        {
            setRegion = (delegate* unmanaged<IntPtr, Region, int>)region;
            setParameter = (delegate* unmanaged<IntPtr, int, int, int>)NativeLibrary.GetExport(library, "tj3Set");
            decompressRegion = (delegate* unmanaged<IntPtr, byte*, nuint, byte*, int, int, int>)NativeLibrary.GetExport(
                library, "tj3Decompress8");
        }

        errorText = (delegate* unmanaged<IntPtr, IntPtr>)NativeLibrary.GetExport(library, "tjGetErrorStr2");
        errorCode = (delegate* unmanaged<IntPtr, int>)NativeLibrary.GetExport(library, "tjGetErrorCode");
    }

    /// <summary>The system's library, or null if there is none or <see cref="Variable"/> says <c>skia</c>.</summary>
    public static TurboJpeg? Installed { get; } = Environment.GetEnvironmentVariable(Variable) == "skia" ? null : Load();

    /// <summary>The file of the library that was loaded.</summary>
    public string Library { get; }

    /// <summary>Whether it can skip pixels that are not needed, as version 3 and later can.</summary>
    public bool DecodesParts => setRegion is not null;

    /// <summary>Decodes a JPEG, or leaves CMYK and what it does not know to another decoder.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="options">The channels to make, and the largest size.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels; only those that it needs, if <see cref="DecodesParts"/>.</param>
    /// <returns>Whether it is decoded.</returns>
    /// <exception cref="ExperimentException">It is too large, or its data are damaged.</exception>
    public bool TryDecode(ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination)
    {
        if (!idle.TryDequeue(out var handle))
        {
            handle = new Handle(open(), close);
        }

        var whole = false;
        try
        {
            return whole = !handle.IsInvalid && TryDecode(handle.DangerousGetHandle(), encoded, options, name, destination);
        }
        finally
        {
            // After an error, version 2 refuses every later file on the same handle.
            if (whole)
            {
                idle.Enqueue(handle);
            }
            else
            {
                handle.Dispose();
            }
        }
    }

    private bool TryDecode(IntPtr handle, ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination)
    {
        var channels = options.Channels;
        int width, height, subsampling, space;
        fixed (byte* bytes = encoded)
        {
            if (readHeader(handle, bytes, (nuint)encoded.Length, &width, &height, &subsampling, &space) != 0 || space >= CmykSpace)
            {
                return false;
            }
        }

        ImageDecoder.CheckPixels(width, height, options.MaximumPixels, name);
        var size = new ImageSize(height, width);
        var orientation = JpegMarkers.Orientation(encoded);

        // Straight into place if neither order nor channels must change. Gray of a color image is made from red, green and
        // blue, as Pillow makes it: the JPEG's own luma differs by rounding.
        if (orientation == 1 && (channels == 3 || space == GraySpace))
        {
            var part = DecodesParts && (uint)subsampling < BlockWidths.Length
                ? Blocks(destination.Needed(size), size, BlockWidths[subsampling])
                : PixelBox.All(size);
            return TryDecompress(handle, encoded, name, size, part, channels, destination.Resize(height, width, channels));
        }

        var pixels = ArrayPool<byte>.Shared.Rent(width * height * 3);
        try
        {
            if (!TryDecompress(handle, encoded, name, size, PixelBox.All(size), 3, pixels))
            {
                return false;
            }

            UprightImage.Write(pixels, pixelBytes: 3, size, orientation, channels, destination);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    // Whole blocks, and one more on every side: colors are smoothed across the edges of blocks.
    private static PixelBox Blocks(PixelBox box, ImageSize size, int width)
    {
        const int height = 16; // of the highest
        var (top, left) = (Math.Max(0, ((box.Top / height) - 1) * height), Math.Max(0, ((box.Left / width) - 1) * width));
        return new(
            top,
            left,
            Math.Min(box.Top + box.Height + height, size.Height) - top,
            Math.Min(box.Left + box.Width + width, size.Width) - left);
    }

    private bool TryDecompress(
        IntPtr handle, ReadOnlySpan<byte> encoded, string name, ImageSize size, PixelBox part, int channels, Span<byte> pixels)
    {
        var (format, pitch) = (channels == 1 ? Gray : Rgb, size.Width * channels);
        fixed (byte* bytes = encoded, first = pixels)
        {
            var target = first + (part.Top * pitch) + (part.Left * channels);
            if (Decompress(handle, bytes, encoded.Length, target, size, part, pitch, format) == 0)
            {
                return true;
            }
        }

        if (errorCode(handle) != 0)
        {
            return false;
        }

        // It was a warning. Stray bytes between segments and odd metadata are common and harm no pixel; after these, gray
        // or noise follows.
        var text = Marshal.PtrToStringUTF8(errorText(handle)) ?? "";
        string[] damages = ["premature end of", "bad Huffman code", "bad arithmetic code", "instead of RST", "Inconsistent progression"];
        return damages.Any(damage => text.Contains(damage, StringComparison.OrdinalIgnoreCase))
            ? throw ImageDecoder.Bad(name, $"it is damaged ({text})")
            : true;
    }

    private int Decompress(IntPtr handle, byte* bytes, int length, byte* first, ImageSize size, PixelBox part, int pitch, int format)
    {
        if (!DecodesParts)
        {
            return decompress(handle, bytes, (nuint)length, first, size.Width, pitch, size.Height, format, AccurateDct | LimitScans);
        }

        // A handle keeps its region from file to file. The transform is accurate by default.
        var region = part == PixelBox.All(size) ? default : new Region(part.Left, part.Top, part.Width, part.Height);
        var failed = setParameter(handle, ScanLimitParameter, MaximumScans) | setRegion(handle, region);
        return failed != 0 ? failed : decompressRegion(handle, bytes, (nuint)length, first, pitch, format);
    }

    private static TurboJpeg? Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll"]
            : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
            : ["libturbojpeg.so.0"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(TurboJpeg).Assembly, DllImportSearchPath.SafeDirectories, out var library))
            {
                return new TurboJpeg(name, library);
            }
        }

        return null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Region(int X, int Y, int Width, int Height);

    private sealed class Handle : SafeHandleZeroOrMinusOneIsInvalid
    {
        private readonly delegate* unmanaged<IntPtr, int> close;

        public Handle(IntPtr opened, delegate* unmanaged<IntPtr, int> close)
            : base(ownsHandle: true)
        {
            this.close = close;
            SetHandle(opened);
        }

        protected override bool ReleaseHandle() => close(handle) == 0;
    }
}
