using System.Runtime.InteropServices;

namespace SslFramework.Fuzz;

/// <summary>What libjpeg-turbo made of a JPEG.</summary>
/// <param name="IsDecoded">It decoded the image, perhaps with a warning.</param>
/// <param name="Message">Its error or its last warning; empty if it had none.</param>
/// <param name="Pixels">Red, green and blue.</param>
public sealed record TurboImage(bool IsDecoded, string Message, byte[] Pixels);

/// <summary>The system's libjpeg-turbo, which our decoder of JPEGs is compared with.</summary>
public static class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";
    private const int AccurateDct = 4096;
    private const int LimitScans = 32768;

    private static readonly string[] Warnings =
        ["Corrupt JPEG data", "Premature end", "Inconsistent progression", "Invalid SOS parameters", "Unknown Adobe", "Warning:"];

    /// <summary>Whether the system has it.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Decodes a JPEG to red, green and blue.</summary>
    public static TurboImage Decode(byte[] jpeg, int height, int width) => Decode(jpeg, height, width, new byte[height * width * 3]);

    /// <summary>The same, into memory that there is already.</summary>
    public static TurboImage Decode(byte[] jpeg, int height, int width, byte[] pixels)
    {
        var handle = tjInitDecompress();
        try
        {
            var length = (nuint)jpeg.Length;
            if (tjDecompress2(handle, jpeg, length, pixels, width, 3 * width, height, 0, AccurateDct | LimitScans) == 0)
            {
                return new(true, "", pixels);
            }

            var message = Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "";

            // What it says after a warning counts as a warning, even if it ended there.
            return new(tjGetErrorCode(handle) == 0 && Warnings.Any(message.StartsWith), message, pixels);
        }
        finally
        {
            _ = tjDestroy(handle);
        }
    }

#pragma warning disable IDE1006, SYSLIB1054 // the library's names; no code is made for five calls
    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr tjInitDecompress();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tjDestroy(IntPtr handle);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tjDecompress2(
        IntPtr handle, byte[] jpeg, nuint length, byte[] pixels, int width, int pitch, int height, int format, int flags);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr tjGetErrorStr2(IntPtr handle);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tjGetErrorCode(IntPtr handle);
#pragma warning restore IDE1006, SYSLIB1054
}
