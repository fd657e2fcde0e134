namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Samples of a component, row by row: a ring, in which the rows below take the place of those above.</summary>
internal sealed class SamplePlane
{
    /// <summary>Samples behind the last that may be read and written, so that vectors need not end with a row.</summary>
    public const int Beyond = 64;

    private byte[] samples = [];
    private int rows;

    /// <summary>Samples from row to row.</summary>
    public int Stride { get; private set; }

    /// <summary>Makes room.</summary>
    public void Prepare(int stride, int ring)
    {
        (Stride, rows) = (stride, ring);
        if (samples.Length < (stride * ring) + Beyond)
        {
            samples = GC.AllocateUninitializedArray<byte>((stride * ring) + Beyond);
        }
    }

    /// <summary>A row, and what lies behind it.</summary>
    public Span<byte> From(int row) => samples.AsSpan(row % rows * Stride);
}
