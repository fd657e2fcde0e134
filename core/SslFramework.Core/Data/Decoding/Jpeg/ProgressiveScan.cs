namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Decodes the scans of progressive JPEGs (ITU-T T.81, annex G), each of which adds to the coefficients.</summary>
internal sealed class ProgressiveScan(EntropyData data, ScanUnits units, byte[] order)
{
    private int run; // blocks that bring nothing new

    /// <summary>Decodes one scan.</summary>
    /// <exception cref="JpegDamageException">The data are damaged.</exception>
    public void Read(ReadOnlySpan<byte> jpeg, JpegScan scan)
    {
        run = 0;
        for (var row = 0; row < units.Size.Height; row++)
        {
            units.GoTo(scan, row);
            for (var unit = 0; unit < units.Size.Width; unit++)
            {
                if (data.NextUnit(jpeg))
                {
                    scan.Restart();
                    run = 0;
                }

                foreach (ref readonly var block in units.Blocks)
                {
                    var component = scan.Components[block.Number];
                    var coefficients = component.Coefficients[(block.RowStart + units.Offset((unit * block.Step) + block.Column))..];
                    ReadBlock(scan, block.Number, component, coefficients);
                    data.CheckBlock();
                }
            }
        }

        data.CheckLength();
    }

    private void ReadBlock(JpegScan scan, int number, JpegComponent component, Span<short> block)
    {
        if (scan.First == 0)
        {
            if (scan.IsRefinement)
            {
                data.Window.Fill(data.Bytes);
                block[0] |= (short)(data.Window.Take(1) << scan.LowBit);
            }
            else
            {
                component.Dc += BaselineScan.ReadDc(ref data.Window, data.Bytes, scan.Dc[number]);
                block[0] = (short)(component.Dc << scan.LowBit);
            }
        }
        else if (scan.IsRefinement)
        {
            Refine(scan, scan.Ac[number], block);
        }
        else if (run > 0)
        {
            run--;
        }
        else
        {
            ReadAc(scan, scan.Ac[number], block);
        }
    }

    private void ReadAc(JpegScan scan, HuffmanTable table, Span<short> block)
    {
        var bits = data.Window;
        for (var k = scan.First; k <= scan.Last; k++)
        {
            var entry = Next(ref bits, table);
            var zeros = (entry >> 8) & 0xFF;
            if (zeros >= HuffmanTable.EndOfBlock)
            {
                run = Run(ref bits, zeros) - 1;
                break;
            }

            k += zeros;
            if (entry >> 16 != 0)
            {
                block[order[k]] = (short)(entry >> 16 << scan.LowBit);
            }
        }

        data.Window = bits;
    }

    // Between new coefficients, one more bit of each that there is already
    private void Refine(JpegScan scan, HuffmanTable table, Span<short> block)
    {
        var bits = data.Window;
        var k = scan.First;
        while (run == 0 && k <= scan.Last)
        {
            var entry = Next(ref bits, table);
            var zeros = (entry >> 8) & 0xFF;
            if (zeros >= HuffmanTable.EndOfBlock)
            {
                run = Run(ref bits, zeros);
                break;
            }

            var value = entry >> 16;
            if (value is < -1 or > 1)
            {
                throw new JpegDamageException("bad Huffman code");
            }

            for (; k <= scan.Last; k++)
            {
                ref var coefficient = ref block[order[k]];
                if (coefficient != 0)
                {
                    Correct(ref bits, ref coefficient, scan.LowBit);
                }
                else if (--zeros < 0)
                {
                    break;
                }
            }

            if (value != 0)
            {
                block[order[k]] = (short)(value << scan.LowBit);
            }

            k++;
        }

        if (run > 0)
        {
            for (; k <= scan.Last; k++)
            {
                ref var coefficient = ref block[order[k]];
                if (coefficient != 0)
                {
                    Correct(ref bits, ref coefficient, scan.LowBit);
                }
            }

            run--;
        }

        data.Window = bits;
    }

    private void Correct(ref BitWindow bits, ref short coefficient, int lowBit)
    {
        if (bits.Count == 0)
        {
            bits.Fill(data.Bytes);
        }

        if (bits.Take(1) != 0 && (coefficient & (1 << lowBit)) == 0)
        {
            coefficient += (short)(coefficient >= 0 ? 1 << lowBit : -1 << lowBit);
        }
    }

    private int Next(ref BitWindow bits, HuffmanTable table)
    {
        bits.Fill(data.Bytes);
        var entry = table.LookUp[bits.Peek];
        if (entry == 0)
        {
            entry = table.Search(bits.Bits);
        }

        bits.Skip(entry & 0xFF);
        return entry;
    }

    private static int Run(ref BitWindow bits, int zeros)
    {
        var size = zeros & ~HuffmanTable.EndOfBlock;
        return (1 << size) + bits.Take(size);
    }
}
