namespace SslFramework.Core.Processors;

/// <summary>What the oneDNN inside libtorch assumes for the sizes of the processor's caches, by which it divides work.</summary>
/// <remarks>
/// oneDNN 3.7 (libtorch 2.10) asks xbyak 7.05, which asks AMD's processors by CPUID leaf 8000001D alone. If a virtual machine leaves that
/// empty, it derives caches of one byte from it: convolutions divide by zero, write past their buffers, or are wrong. oneDNN 3.8 and later
/// find no cache at all there, and assume 32 KB, 512 KB and 1 MB, as this one does if it knows of none. The sizes that the processor
/// reports in older leaves are better: with them numbers equal, to the bit, those of the same processor if it hides nothing, and a
/// convolution of 63 channels with a kernel of 7×7 in bfloat16, which a second level of 512 KB spoils, is right.
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

    /// <summary>
    /// Bytes of each level, from the first on; an empty leaf yields three levels; null if the object is not the known one.
    /// </summary>
    public IReadOnlyList<uint>? Assumed
    {
        get
        {
            var all = Words;
            var levels = (int)words[Levels];
            return levels is >= 0 and <= 4
                && all[Cores] is > 0 and < 65536
                && !all.Slice(Sizes, levels).Contains(0u)
                && all[(Sizes + 4)..Sharers].IndexOfAnyExcept(0u) < 0
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

    /// <summary>Makes oneDNN divide work for these caches from now on.</summary>
    /// <param name="sizes">Bytes of each level that one core has to itself; empty if unknown, which assumes those of any processor.</param>
    public void Assume(params ReadOnlySpan<uint> sizes)
    {
        Words[Sizes..Levels].Clear();
        sizes.CopyTo(Words[Sizes..]);
        Words.Slice(Sharers, sizes.Length).Fill(1);
        words[Levels] = (uint)sizes.Length;
    }

    /// <summary>Writes what an empty leaf leaves. Only a machine whose caches are known can try what happens then.</summary>
    public void AssumeOneByte()
    {
        OneByteEach.CopyTo(Words[Sizes..]);
        OneByteEach.CopyTo(Words[Sharers..]);
        words[Levels] = 3;
    }
}
