namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Decodes the scans of sequential JPEGs (ITU-T T.81, F.2), one row of units after the other.</summary>
internal sealed class BaselineScan(EntropyData data, ScanUnits units, byte[] order)
{
    private const int BlockSize = 64;

    /// <summary>Decodes one row of units. Blocks that are not needed are passed over.</summary>
    /// <exception cref="JpegDamageException">The data are damaged.</exception>
    public void ReadRow(ReadOnlySpan<byte> jpeg, JpegScan scan, int row)
    {
        units.GoTo(scan, row);
        for (var unit = 0; unit < units.Size.Width; unit++)
        {
            if (data.NextUnit(jpeg))
            {
                scan.Restart();
            }

            foreach (ref readonly var block in units.Blocks)
            {
                var component = scan.Components[block.Number];
                var column = (unit * block.Step) + block.Column;
                var needsAll = false;
                component.Dc += ReadDc(ref data.Window, data.Bytes, scan.Dc[block.Number]);
                if ((uint)(column - block.Needed.First) < (uint)block.Needed.Count)
                {
                    var coefficients = component.Coefficients[(block.RowStart + units.Offset(column))..];
                    coefficients[0] = (short)component.Dc;
                    needsAll = component.BlockSide > 1; // the mean of a block is its DC coefficient
                    if (needsAll)
                    {
                        ReadAc(scan.Ac[block.Number], coefficients);
                    }
                }

                if (!needsAll)
                {
                    SkipAc(scan.Ac[block.Number]);
                }

                data.CheckBlock();
            }
        }

        data.CheckLength();
    }

    /// <summary>Reads the difference to the DC coefficient before.</summary>
    public static int ReadDc(ref BitWindow window, ReadOnlySpan<byte> data, HuffmanTable table)
    {
        var entry = table.LookUp[window.Peek];
        window.Fill(data);
        if (entry == 0)
        {
            entry = table.Search(window.Bits);
        }

        window.Skip(entry & 0xFF);
        return entry >> 16;
    }

    // The loops below call nothing, so that all of their state stays in registers.
    private void ReadAc(HuffmanTable table, Span<short> block)
    {
        for (var k = 1; k < BlockSize; k++)
        {
            k = ReadCoefficients(ref data.Window, data.Bytes, table.LookUp, order, block, k);
            if (k >= BlockSize)
            {
                return;
            }

            var entry = table.Search(data.Window.Bits);
            data.Window.Skip(entry & 0xFF);
            k += (entry >> 8) & 0xFF;
            if (entry >> 16 != 0)
            {
                block[order[k]] = (short)(entry >> 16);
            }
        }
    }

    private void SkipAc(HuffmanTable table)
    {
        for (var k = 1; k < BlockSize; k++)
        {
            k = SkipCoefficients(ref data.Window, data.Bytes, table.LookUp, k);
            if (k >= BlockSize)
            {
                return;
            }

            var entry = table.Search(data.Window.Bits);
            data.Window.Skip(entry & 0xFF);
            k += (entry >> 8) & 0xFF;
        }
    }

    // Reads up to the end of the block, or to a symbol that is too long for the look-up, and returns the place of the next coefficient.
    private static int ReadCoefficients(
        ref BitWindow window, ReadOnlySpan<byte> data, int[] lookUp, byte[] order, Span<short> block, int k)
    {
        var bits = window;
        do
        {
            var entry = lookUp[bits.Peek];
            bits.Fill(data);
            if (entry == 0)
            {
                break;
            }

            bits.Skip(entry & 0xFF);
            k += (entry >> 8) & 0xFF;
            if (k >= BlockSize && entry >> 16 == 0)
            {
                break; // the end of the block
            }

            block[order[k]] = (short)(entry >> 16); // in the last place, if the run leads beyond: so does libjpeg
            k++;
        }
        while (k < BlockSize);
        window = bits;
        return k;
    }

    private static int SkipCoefficients(ref BitWindow window, ReadOnlySpan<byte> data, int[] lookUp, int k)
    {
        var bits = window;
        do
        {
            var entry = lookUp[bits.Peek];
            bits.Fill(data);
            if (entry == 0)
            {
                break;
            }

            bits.Skip(entry & 0xFF);
            k += ((entry >> 8) & 0xFF) + 1;
        }
        while (k < BlockSize);
        window = bits;
        return k;
    }
}
