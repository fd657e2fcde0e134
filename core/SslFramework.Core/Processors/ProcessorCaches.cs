using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SslFramework.Core.Processors;

/// <summary>
/// Ensures, when libtorch is loaded and before it computes, that its oneDNN does not assume caches of one byte: some virtual machines
/// hide what it asks the processor for (see <see cref="OneDnnCaches"/>).
/// </summary>
/// <remarks>
/// <c>SSL_CACHES=as-told</c> changes nothing. Two more words are for tests on sound machines: <c>hidden</c> makes libtorch assume what it
/// assumes on such a machine, and <c>unknown</c> makes the repair fail. Commas separate words.
/// </remarks>
internal static class ProcessorCaches
{
    /// <summary>The environment variable that controls this.</summary>
    public const string Variable = "SSL_CACHES";

    private static readonly Lazy<CacheState> Settled = new(Settle);

    /// <summary>What was found, and what was done about it.</summary>
    public static CacheState State
    {
        get
        {
            zeros(1).Dispose(); // makes TorchSharp load libtorch
            return Settled.Value;
        }
    }

    /// <summary>
    /// Bytes of each level of cache that libtorch's convolutions are divided for. Empty if libtorch knows of none and assumes those of any
    /// processor; null if what it knows cannot be read, as on systems other than Linux.
    /// </summary>
    public static IReadOnlyList<uint>? Assumed() => State == CacheState.OneDnnOff ? null : OneDnnCaches.Find()?.Assumed;

    /// <summary>The instruction set of libtorch's own kernels, such as <c>AVX512</c>; null if it does not report it.</summary>
    public static string? Instructions() => State is var _ ? Libtorch.Capability() : null;

    /// <summary>Acts at TorchSharp's first call into libtorch, whoever makes it. Nothing is loaded earlier.</summary>
    [ModuleInitializer]
    [SuppressMessage(
        "Usage", "CA2255", Justification = "Every process that computes passes here: host, tests, benchmarks, tests of plugins.")]
    internal static void AwaitLibtorch()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (_, _, _) =>
            {
                SignalStack.Enlarge();
                _ = Settled.Value;
                return 0; // the library is then found as usual
            });
        }
        catch (InvalidOperationException)
        {
            // Another part of the program has a resolver there. ConvolutionCheck detects wrong numbers.
        }
    }

    private static CacheState Settle()
    {
        // libtorch would ask NNPACK for single images; it cannot start on such a machine, and reports so at each convolution. Off on every
        // machine, so that all compute alike.
        Libtorch.TrySet("_ZN2at7Context20setUserEnabledNNPACKEb", on: false);

        var words = Environment.GetEnvironmentVariable(Variable)?.Split(',') ?? [];
        if (words.Contains("hidden"))
        {
            OneDnnCaches.Find()?.AssumeOneByte();
        }
        else if (!AreHidden())
        {
            return CacheState.Sound;
        }

        if (words.Contains("as-told"))
        {
            return CacheState.Left;
        }

        if (!words.Contains("unknown") && OneDnnCaches.Find() is { AreOneByte: true } caches)
        {
            caches.Assume(InOlderLeaves());
            return CacheState.Mended;
        }

        return Libtorch.TrySet("_ZN2at7Context20setUserEnabledMkldnnEb", on: false) ? CacheState.OneDnnOff : CacheState.Left;
    }

    /// <summary>
    /// The first two levels by CPUID leaves 80000005 and 80000006, which AMD's processors have had since 1997, and a core's share of the
    /// third; none if they are empty.
    /// </summary>
    private static uint[] InOlderLeaves()
    {
        // a core's share of 32 MB for eight; the leaf describes the whole package, of which a guest has a part
        const uint ThirdLevel = 4 << 20;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000006)
        {
            return [];
        }

        var first = ((uint)X86Base.CpuId(unchecked((int)0x80000005), 0).Ecx >> 24) << 10;
        var second = ((uint)X86Base.CpuId(unchecked((int)0x80000006), 0).Ecx >> 16) << 10;
        return first == 0 || second == 0 ? [] : [first, second, ThirdLevel];
    }

    /// <summary>Decides by CPUID alone: an AMD processor whose leaf 8000001D lists no first cache.</summary>
    private static bool AreHidden() =>
        X86Base.IsSupported
        && X86Base.CpuId(0, 0) is (_, 0x68747541, 0x444D4163, 0x69746E65) // EBX, ECX, EDX: Auth, cAMD, enti
        && (X86Base.CpuId(unchecked((int)0x8000001D), 0).Eax & 0x1F) == 0;
}
