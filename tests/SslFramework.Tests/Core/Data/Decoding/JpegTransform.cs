using System.Runtime.InteropServices;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Tests.Core.Data.Decoding;

/// <summary>Kinds of JPEG that SkiaSharp does not write, made from others by libjpeg-turbo without loss.</summary>
internal static unsafe class JpegTransform
{
    /// <summary>Rows and columns changed: 4:4:0 of 4:2:2.</summary>
    public static byte[] Transposed(byte[] jpeg) => Transform(jpeg, new Change { Operation = 3 });

    /// <summary>In several scans.</summary>
    public static byte[] Progressive(byte[] jpeg) => Transform(jpeg, new Change { Options = 1 << 5 });

    private static byte[] Transform(byte[] jpeg, Change change)
    {
        var library = NativeLibrary.Load(TurboJpeg.Installed!.Library);
        var begin = (delegate* unmanaged<IntPtr>)NativeLibrary.GetExport(library, "tjInitTransform");
        var transform = (delegate* unmanaged<IntPtr, byte*, CULong, int, byte**, CULong*, Change*, int, int>)NativeLibrary.GetExport(library, "tjTransform");
        var free = (delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(library, "tjFree");
        var end = (delegate* unmanaged<IntPtr, int>)NativeLibrary.GetExport(library, "tjDestroy");
        var handle = begin();
        byte* made = null;
        try
        {
            var length = default(CULong);
            fixed (byte* bytes = jpeg)
            {
                Assert.AreEqual(0, transform(handle, bytes, new CULong((nuint)jpeg.Length), 1, &made, &length, &change, 0));
            }

            return new ReadOnlySpan<byte>(made, (int)length.Value).ToArray();
        }
        finally
        {
            free(made);
            _ = end(handle);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Change
    {
        public int X, Y, Width, Height;
        public int Operation;
        public int Options;
        public IntPtr Data;
        public IntPtr Filter;
    }
}
