using System.Runtime.Intrinsics.X86;

namespace SslFramework.Core.Processors;

/// <summary>Which number formats a device computes in.</summary>
public static class DevicePrecision
{
    /// <summary>
    /// Whether bfloat16 pays off on a device. A processor without instructions for it converts number by number: a training
    /// step of a small residual network took sixty times as long as in float32.
    /// </summary>
    /// <remarks>
    /// GPUs have had it since 2020 (Ampere); older ones are not distinguished. ARM's is not detected. Without oneDNN it does not pay off
    /// either.
    /// </remarks>
    public static bool HasBf16(DeviceType device) =>
        device == DeviceType.CUDA || (device == DeviceType.CPU && ProcessorHasBf16() && ProcessorCaches.State != CacheState.OneDnnOff);

    /// <summary>
    /// Whether the processor has instructions for bfloat16: CPUID leaf 7, subleaf 1, EAX bit 5 (AVX512_BF16, which AMX processors have,
    /// too).
    /// </summary>
    public static bool ProcessorHasBf16() =>
        Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>
    /// Sets whether the GPU computes float32 products in TF32, for the process. A step of SimCLR with ResNet-50 took 0.33 of the time on an
    /// H200.
    /// </summary>
    public static void Allow(Precision precision)
    {
        backends.cuda.matmul.allow_tf32 = precision == Precision.Tf32;
        backends.cudnn.allow_tf32 = precision == Precision.Tf32;
    }

    /// <summary>The format that is used on a device: never <see cref="Precision.Auto"/>.</summary>
    public static Precision On(this Precision precision, DeviceType device) =>
        precision != Precision.Auto ? precision : HasBf16(device) ? Precision.Bf16 : Precision.Fp32;
}
