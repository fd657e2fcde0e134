namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>One block of a scan's unit (MCU).</summary>
/// <param name="Number">The number of its component in the scan.</param>
/// <param name="Step">Blocks from unit to unit.</param>
/// <param name="Column">Its column in the first unit.</param>
/// <param name="RowStart">Where the coefficients of its row begin.</param>
/// <param name="Needed">The columns of its row that are needed: the first and how many.</param>
internal readonly record struct UnitBlock(int Number, int Step, int Column, int RowStart, (int First, int Count) Needed);

/// <summary>The blocks of a scan in the order of the file (ITU-T T.81, A.2).</summary>
internal sealed class ScanUnits(int lanes)
{
    private readonly UnitBlock[] blocks = new UnitBlock[10];
    private readonly int shift = int.Log2(lanes);
    private int count;

    /// <summary>Units of the scan.</summary>
    public ImageSize Size { get; private set; }

    /// <summary>The blocks of a unit of the row in question.</summary>
    public ReadOnlySpan<UnitBlock> Blocks => blocks.AsSpan(0, count);

    /// <summary>Begins a scan. The units of a component that is alone are its blocks.</summary>
    public void Begin(JpegFrame frame, JpegScan scan) => Size = scan.Components.Length == 1 ? scan.Components[0].Blocks : frame.Units;

    /// <summary>Goes to a row of units.</summary>
    public void GoTo(JpegScan scan, int row)
    {
        count = 0;
        for (var i = 0; i < scan.Components.Length; i++)
        {
            var component = scan.Components[i];
            var (across, down) = scan.Components.Length == 1 ? (1, 1) : (component.Horizontal, component.Vertical);
            for (var y = row * down; y < (row + 1) * down; y++)
            {
                var needed = component.NeedsRow(y) ? (component.Needed.Left, component.Needed.Width) : default;
                for (var x = 0; x < across; x++)
                {
                    blocks[count++] = new(i, across, x, component.RowStart(y), needed);
                }
            }
        }
    }

    /// <summary>Where a block's coefficients begin in those of its row.</summary>
    public int Offset(int column) => (column >> shift << (shift + 6)) + ((column & (lanes - 1)) << 3);
}
