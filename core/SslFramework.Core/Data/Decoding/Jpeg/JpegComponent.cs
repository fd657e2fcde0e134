namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>How a component's samples become as many as the image has pixels.</summary>
internal enum Sampling
{
    /// <summary>They are.</summary>
    Full,

    /// <summary>Half as many across (4:2:2): weighted means of two neighbors.</summary>
    HalfAcross,

    /// <summary>Half as many down (4:4:0): weighted means of two neighbors.</summary>
    HalfDown,

    /// <summary>Half as many both ways (4:2:0): weighted means of four neighbors.</summary>
    HalfBoth,

    /// <summary>Any other part (4:1:1): repeated.</summary>
    Repeated,
}

/// <summary>One of the image's components: luma, a color difference, or a color.</summary>
internal sealed class JpegComponent
{
    private const int BlockSize = 64;
    private const int WholeSide = 8;

    private short[] coefficients = [];

    /// <summary>What scans call it.</summary>
    public byte Id { get; private set; }

    /// <summary>Samples across, beside those of the other components.</summary>
    public int Horizontal { get; set; }

    /// <summary>Samples down, beside those of the other components.</summary>
    public int Vertical { get; set; }

    /// <summary>The number of its quantization table.</summary>
    public int Table { get; private set; }

    /// <summary>The steps of its coefficients, row by row, as they were when its first scan began.</summary>
    public short[] Quantization { get; } = new short[BlockSize];

    /// <summary>Whether <see cref="Quantization"/> is known, which is after its first scan's header.</summary>
    public bool HasScan { get; set; }

    /// <summary>The lowest bit of each coefficient that is known, in a progressive JPEG; -1 if none is.</summary>
    public sbyte[] KnownBits { get; } = new sbyte[BlockSize];

    /// <summary>The last DC coefficient.</summary>
    public int Dc { get; set; }

    /// <summary>How it is brought to the image's size.</summary>
    public Sampling Sampling { get; private set; }

    /// <summary>Pixels per sample: across.</summary>
    public int Across { get; private set; }

    /// <summary>Pixels per sample: down.</summary>
    public int Down { get; private set; }

    /// <summary>Samples per side of a block: 8, or 4, 2 or 1 if it is made smaller.</summary>
    public int BlockSide { get; private set; }

    /// <summary>Its samples.</summary>
    public ImageSize Size { get; private set; }

    /// <summary>Blocks that have a sample of the image.</summary>
    public ImageSize Blocks { get; private set; }

    /// <summary>Blocks from row to row: whole vectors of them, and whole units of an interleaved scan.</summary>
    public int BlockStride { get; private set; }

    /// <summary>Rows of blocks that <see cref="Coefficients"/> holds, of which later ones take the place of earlier ones.</summary>
    public int BlockRows { get; private set; }

    /// <summary>The blocks that the pixels in question are made from.</summary>
    public PixelBox Needed { get; private set; }

    /// <summary>Samples, in a ring of rows.</summary>
    public SamplePlane Plane { get; } = new();

    /// <summary>Takes what the frame's header says.</summary>
    public void Define(ReadOnlySpan<byte> header)
    {
        (Id, Horizontal, Vertical, Table) = (header[0], header[1] >> 4, header[1] & 15, header[2]);
        HasScan = false;
        KnownBits.AsSpan().Fill(-1);
    }

    /// <summary>Computes its measures.</summary>
    /// <param name="image">The image's size.</param>
    /// <param name="horizontal">The most samples across of all components.</param>
    /// <param name="vertical">The most samples down.</param>
    /// <param name="lanes">How many blocks a vector holds.</param>
    public void Measure(ImageSize image, int horizontal, int vertical, int lanes)
    {
        Size = new(Divide(image.Height * Vertical, vertical), Divide(image.Width * Horizontal, horizontal));
        Blocks = new(Divide(Size.Height, 8), Divide(Size.Width, 8));
        BlockStride = Divide(Divide(image.Width, 8 * horizontal) * Horizontal, lanes) * lanes;
        (Across, Down, BlockSide) = (horizontal / Horizontal, vertical / Vertical, WholeSide);
        Sampling = SamplingNow();
    }

    /// <summary>Makes it smaller, after all is measured.</summary>
    /// <param name="blockSide">Pixels per side of a block of the component with the most samples.</param>
    public void Reduce(int blockSide)
    {
        // Where there are fewer samples than pixels, they need not become as few: in half the image, half as many are all.
        var isFull = Across == Down && Across * blockSide <= WholeSide;
        (BlockSide, Across, Down) = isFull ? (Across * blockSide, 1, 1) : (blockSide, Across, Down);
        Size = new(Divide(Size.Height * BlockSide, WholeSide), Divide(Size.Width * BlockSide, WholeSide));
        Sampling = SamplingNow();
    }

    /// <summary>Makes room for coefficients and samples.</summary>
    /// <param name="pixels">The pixels that are needed.</param>
    /// <param name="blockRows">Rows of blocks to hold.</param>
    public void Prepare(PixelBox pixels, int blockRows)
    {
        var (firstRow, lastRow) = Range(pixels.Top, pixels.Height, Down, Sampling is Sampling.HalfDown or Sampling.HalfBoth, Size.Height);
        var (firstColumn, lastColumn) =
            Range(pixels.Left, pixels.Width, Across, Sampling is Sampling.HalfAcross or Sampling.HalfBoth, Size.Width);
        var (top, left) = (firstRow / BlockSide, firstColumn / BlockSide);
        Needed = new(top, left, (lastRow / BlockSide) - top + 1, (lastColumn / BlockSide) - left + 1);
        BlockRows = blockRows;
        var length = blockRows * BlockStride * BlockSize;
        if (coefficients.Length < length)
        {
            coefficients = GC.AllocateUninitializedArray<short>(length);
        }

        Plane.Prepare(BlockSide * BlockStride, 2 * BlockSide * Vertical);
    }

    /// <summary>Gives memory back that only a large image needs.</summary>
    public void Shrink(int most)
    {
        if ((long)coefficients.Length * sizeof(short) > most)
        {
            coefficients = [];
        }
    }

    /// <summary>Whether a row of blocks is needed.</summary>
    public bool NeedsRow(int row) => (uint)(row - Needed.Top) < (uint)Needed.Height;

    /// <summary>All coefficients that are held. Those of one vector's blocks lie together, row by row.</summary>
    public Span<short> Coefficients => coefficients.AsSpan(0, BlockRows * BlockStride * BlockSize);

    /// <summary>Where the coefficients of a row of blocks begin.</summary>
    public int RowStart(int row) => row % BlockRows * BlockStride * BlockSize;

    /// <summary>The coefficients of the blocks of a row that are needed, and of those that lie in one vector with them.</summary>
    public Span<short> NeededOf(int row, int lanes)
    {
        var (first, last) = (Needed.Left / lanes, (Needed.Left + Needed.Width - 1) / lanes);
        return Coefficients.Slice(RowStart(row) + (first * lanes * BlockSize), (last - first + 1) * lanes * BlockSize);
    }

    /// <summary>Clears the coefficients of a row of units, as far as they are needed.</summary>
    public void Clear(int unitRow, int lanes)
    {
        for (var row = unitRow * Vertical; row < (unitRow + 1) * Vertical; row++)
        {
            if (NeedsRow(row))
            {
                NeededOf(row, lanes).Clear();
            }
        }
    }

    private Sampling SamplingNow() => (Across, Down) switch
    {
        (1, 1) => Sampling.Full,
        (1, 2) => Sampling.HalfDown,
        (2, 1) when Size.Width > 2 => Sampling.HalfAcross,
        (2, 2) when Size.Width > 2 => Sampling.HalfBoth,
        _ => Sampling.Repeated,
    };

    private static (int First, int Last) Range(int start, int length, int pixels, bool neighbors, int samples)
    {
        var (first, last) = (start / pixels, (start + length - 1) / pixels);
        return neighbors ? (Math.Max(first - 1, 0), Math.Min(last + 1, samples - 1)) : (first, last);
    }

    private static int Divide(int value, int by) => (value + by - 1) / by;
}
