using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using SslFramework.Core.Processors;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>Cores and instructions.</summary>
internal static class ProcessorState
{
    public static IEnumerable<Finding> Look()
    {
        var instructions = new (string Name, bool There)[]
        {
            ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512", Avx512F.IsSupported), ("NEON", AdvSimd.IsSupported),
            ("bf16", DevicePrecision.ProcessorHasBf16()),
        };
        var there = instructions.Where(instruction => instruction.There).Select(instruction => instruction.Name).ToArray();
        var sentence = $"{Environment.ProcessorCount} cores for this process, "
            + $"{(there.Length == 0 ? "no vector instructions" : string.Join(", ", there))}";
        yield return Avx2.IsSupported || AdvSimd.IsSupported
            ? new("processor", Health.Good, sentence)
            : new("processor", Health.Notice, sentence, "Training and augmentation will be slow: both are written for AVX2 or NEON.");
    }
}
