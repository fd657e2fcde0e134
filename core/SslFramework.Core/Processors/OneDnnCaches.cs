namespace SslFramework.Core.Processors;

/// <summary>What the oneDNN inside libtorch holds for the sizes of the processor's caches, which it divides work by.</summary>
/// <remarks>
/// oneDNN 3.7 (libtorch 2.10) asks xbyak 7.05, which asks AMD's processors by CPUID leaf 8000001D alone. If a virtual machine leaves that
/// empty, it makes caches of one byte of it: convolutions divide by zero, write past their buffers, or are wrong. oneDNN 3.8 and later find
/// no cache at all there, and assume 32 KB, 512 KB and 1 MB, as this one does if it knows of none. Better are the sizes that the processor tells
/// in older leaves: then numbers are those of the same processor if it hides nothing, to the bit, and a convolution of 63 channels with a kernel
/// of 7×7 in bfloat16, which a second level of 512 KB spoils, is right.
/// </remarks>
internal sealed unsafe class OneDnnCaches
{
    private const string Processor = "_ZN4dnnl4impl3cpu3x643cpuEv"; // dnnl::impl::cpu::x64::cpu(), which makes the object and returns it

    // 32-bit words of Xbyak::util::Cpu in xbyak 7.05.
    private const int Cores = 5; // numCores_[2]
    private const int Sizes = 7; // dataCacheSize_[10]
    private const int Sharers = 17; // coresSharingDataCache_[10]
    private const int Levels = 27; // dataCacheLevels_

    private static readonly uint[] OneByteEach = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

    private readonly uint* words;

    private OneDnnCaches(nint words) => this.words = (uint*)words;

    /// <summary>Bytes of each level, from the first on, of which three are believed in an empty leaf; null if the object is not the one known.</summary>
    public IReadOnlyList<uint>? Believed
    {
        get
        {
            var all = Words;
            var levels = (int)words[Levels];
            return levels is >= 0 and <= 4 && all[Cores] is > 0 and < 65536 && !all.Slice(Sizes, levels).Contains(0u) && all[(Sizes + 4)..Sharers].IndexOfAnyExcept(0u) < 0
                ? all.Slice(Sizes, levels).ToArray()
                : null;
        }
    }

    /// <summary>Whether the words are exactly those that an empty leaf leaves. Another version of the library has others.</summary>
    public bool AreOneByte =>
        words[Levels] == 3
        && words[Cores] is > 0 and < 4096 && words[Cores + 1] is > 0 and < 4096
        && Words[Sizes..Sharers].SequenceEqual(OneByteEach)
        && Words[Sharers..Levels].SequenceEqual(OneByteEach);

    private Span<uint> Words => new(words, Levels + 1);

    /// <summary>The object of this process's libtorch; null if the library has no symbol table.</summary>
    public static OneDnnCaches? Find()
    {
        try
        {
            return Libtorch.TryFind(Libtorch.GlobalContext, out var within) && LoadedLibrary.At(within)?.Find(Processor) is { } make
                ? new(((delegate* unmanaged<nint>)make)())
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>From now on work is laid out for these caches.</summary>
    /// <param name="sizes">Bytes of each level that one core has to itself; none if they are not known, and those of any processor are assumed.</param>
    public void Know(params ReadOnlySpan<uint> sizes)
    {
        Words[Sizes..Levels].Clear();
        sizes.CopyTo(Words[Sizes..]);
        Words.Slice(Sharers, sizes.Length).Fill(1);
        words[Levels] = (uint)sizes.Length;
    }

    /// <summary>Writes what an empty leaf leaves. Only a machine whose caches are known can try what happens without.</summary>
    public void BelieveInOneByte()
    {
        OneByteEach.CopyTo(Words[Sizes..]);
        OneByteEach.CopyTo(Words[Sharers..]);
        words[Levels] = 3;
    }
}
