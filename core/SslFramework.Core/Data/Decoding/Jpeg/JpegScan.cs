namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>One scan: which components it has, and which part of their coefficients (ITU-T T.81, B.2.3).</summary>
internal sealed class JpegScan
{
    private const int MostBlocks = 10; // of a unit

    private readonly JpegComponent[] components = new JpegComponent[3];
    private readonly HuffmanTable[] dc = new HuffmanTable[3];
    private readonly HuffmanTable[] ac = new HuffmanTable[3];
    private int count;

    /// <summary>The components it has.</summary>
    public ReadOnlySpan<JpegComponent> Components => components.AsSpan(0, count);

    /// <summary>Their tables for DC coefficients.</summary>
    public ReadOnlySpan<HuffmanTable> Dc => dc;

    /// <summary>Their tables for AC coefficients.</summary>
    public ReadOnlySpan<HuffmanTable> Ac => ac;

    /// <summary>The first coefficient, in the order of the file.</summary>
    public int First { get; private set; }

    /// <summary>The last coefficient.</summary>
    public int Last { get; private set; }

    /// <summary>Whether coefficients are refined that an earlier scan began.</summary>
    public bool IsRefinement { get; private set; }

    /// <summary>The lowest bit that it brings.</summary>
    public int LowBit { get; private set; }

    /// <summary>Where its data begin in the file.</summary>
    public int Start { get; private set; }

    /// <summary>Reads a scan's header, and makes its components and tables ready.</summary>
    /// <param name="segment">The header.</param>
    /// <param name="start">Where the data begin.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="tables">The tables.</param>
    /// <exception cref="JpegDamageException">It is no scan's header, does not fit the scans before, or a table is missing.</exception>
    public void Read(ReadOnlySpan<byte> segment, int start, JpegFrame frame, JpegTables tables)
    {
        count = segment.IsEmpty ? 0 : segment[0];
        if (frame.Components.IsEmpty || count is < 1 or > 4 || segment.Length != 4 + (2 * count))
        {
            throw new JpegDamageException(frame.Components.IsEmpty ? "a scan before the frame" : "bogus marker length");
        }

        (Start, First, Last) = (start, segment[^3], segment[^2]);
        var high = segment[^1] >> 4;
        (IsRefinement, LowBit) = (high > 0, segment[^1] & 15);
        FindComponents(segment[1..^3], frame);
        if (frame.IsProgressive)
        {
            CheckProgression(high);
        }
        else
        {
            tables.CompleteHuffman();
        }

        Restart();
        for (var i = 0; i < count; i++)
        {
            var (component, numbers) = (components[i], segment[2 + (2 * i)]);
            if (!component.HasScan)
            {
                tables.Quantization(component.Table).CopyTo(component.Quantization);
                component.HasScan = true;
            }

            if (!frame.IsProgressive || (First == 0 && !IsRefinement))
            {
                dc[i] = Built(tables.Dc, numbers >> 4);
            }

            if (!frame.IsProgressive || First > 0)
            {
                ac[i] = Built(tables.Ac, numbers & 15);
            }
        }
    }

    /// <summary>The next DC coefficients are predicted from nothing.</summary>
    public void Restart()
    {
        foreach (var component in Components)
        {
            component.Dc = 0;
        }
    }

    // The same component may be asked for by several: files exist whose components all have the same name. libjpeg takes the first of the
    // frame that stands no earlier than the one before.
    private void FindComponents(ReadOnlySpan<byte> names, JpegFrame frame)
    {
        var blocks = 0;
        var all = frame.Components;
        for (var i = 0; i < count; i++)
        {
            var found = -1;
            for (var j = 0; j < all.Length && found < 0; j++)
            {
                found = all[j].Id == names[2 * i] && j >= i ? j : -1;
            }

            if (found < 0 || components.AsSpan(0, i).Contains(all[found]))
            {
                throw new JpegDamageException("bogus component");
            }

            components[i] = all[found];
            blocks += all[found].Horizontal * all[found].Vertical;
        }

        if (count > 1 && blocks > MostBlocks)
        {
            throw new JpegDamageException("bogus sampling factors");
        }
    }

    private void CheckProgression(int high)
    {
        var bandFits = First == 0 ? Last == 0 : First <= Last && Last < 64 && count == 1;
        if (!bandFits || LowBit > 13 || (high > 0 && LowBit != high - 1))
        {
            throw new JpegDamageException("bogus progression");
        }

        foreach (var component in Components)
        {
            var known = component.KnownBits;
            for (var i = First; i <= Last; i++)
            {
                if (high != Math.Max((int)known[i], 0) || (First > 0 && known[0] < 0))
                {
                    throw new JpegDamageException("inconsistent progression");
                }

                known[i] = (sbyte)LowBit;
            }
        }
    }

    private static HuffmanTable Built(HuffmanTable[] tables, int number)
    {
        if (number >= tables.Length)
        {
            throw new JpegDamageException("a Huffman table is missing");
        }

        tables[number].Build();
        return tables[number];
    }
}
