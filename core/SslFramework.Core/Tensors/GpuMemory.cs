using System.Runtime.InteropServices;

namespace SslFramework.Core.Tensors;

/// <summary>Memory of the GPU as its driver counts it: for the whole card, whichever programs use it.</summary>
/// <remarks>
/// libtorch keeps what it has allocated, so that this is the most that training has needed so far. TorchSharp does not report it.
/// </remarks>
internal static unsafe class GpuMemory
{
    private static readonly Lazy<nint> MemoryInfo = new(Find);

    /// <summary>Bytes in use; null without CUDA, or on a thread that has not computed with it.</summary>
    public static long? InUse() => Ask() is var (free, total) ? total - free : null;

    /// <summary>Bytes of the whole card; null if <see cref="InUse"/> is.</summary>
    public static long? Total() => Ask()?.Total;

    private static (long Free, long Total)? Ask()
    {
        nuint free = 0, total = 0;
        return MemoryInfo.Value != 0 && ((delegate* unmanaged<nuint*, nuint*, int>)MemoryInfo.Value)(&free, &total) == 0
            ? ((long)free, (long)total)
            : null;
    }

    private static nint Find() =>
        cuda.is_available()
        && NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)
        && NativeLibrary.TryGetExport(driver, "cuMemGetInfo_v2", out var memoryInfo) ? memoryInfo : 0;
}
