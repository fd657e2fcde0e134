namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// The entropy-coded data of a scan, one restart interval at a time: the zeros that are stuffed behind bytes of 255 are taken out (ITU-T
/// T.81, B.1.1.5), so that reading bits need not look for them.
/// </summary>
internal sealed class EntropyData
{
    private const byte FirstRestart = 0xD0;

    private byte[] bytes = [];
    private int length;
    private int interval;
    private int left; // units until the next restart
    private int restarts;

    /// <summary>The bits that come next.</summary>
    public BitWindow Window;

    /// <summary>The data, and zeros behind.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Where the marker behind the data lies in the file.</summary>
    public int End { get; private set; }

    /// <summary>Begins a scan.</summary>
    /// <param name="jpeg">The file.</param>
    /// <param name="start">Where its data begin.</param>
    /// <param name="restartInterval">Units between restarts; 0 if there are none.</param>
    public void Begin(ReadOnlySpan<byte> jpeg, int start, int restartInterval)
    {
        (interval, left, restarts) = (restartInterval, restartInterval, 0);
        Read(jpeg, start);
    }

    /// <summary>Comes before each unit.</summary>
    /// <returns>Whether predictions begin anew here.</returns>
    /// <exception cref="JpegDamageException">The data before ended too early, or the restart's marker is not there.</exception>
    public bool NextUnit(ReadOnlySpan<byte> jpeg)
    {
        if (interval == 0 || left-- > 0)
        {
            return false;
        }

        CheckLength();
        var at = End;
        var marker = JpegMarkers.NextOfAny(jpeg, ref at);
        if (marker != FirstRestart + restarts)
        {
            throw new JpegDamageException($"found marker 0x{marker:x2} instead of RST{restarts}");
        }

        restarts = (restarts + 1) & 7;
        left = interval - 1;
        Read(jpeg, at);
        return true;
    }

    /// <summary>Refuses data that ended before what was read of them.</summary>
    /// <exception cref="JpegDamageException">They did.</exception>
    public void CheckLength()
    {
        if ((8L * Window.Position) - Window.Count > 8L * length)
        {
            throw new JpegDamageException("premature end of data");
        }
    }

    /// <summary>Refuses data that ended long ago: comes after each block, which never reads more than what is behind the data.</summary>
    /// <exception cref="JpegDamageException">They did.</exception>
    public void CheckBlock()
    {
        if (Window.Position > length + 8)
        {
            throw new JpegDamageException("premature end of data");
        }
    }

    /// <summary>Gives memory back that only a large file needs.</summary>
    public void Shrink(int most)
    {
        if (bytes.Length > most)
        {
            bytes = [];
        }
    }

    private void Read(ReadOnlySpan<byte> jpeg, int start)
    {
        var rest = jpeg[start..];
        if (bytes.Length < rest.Length + BitWindow.Padding)
        {
            bytes = GC.AllocateUninitializedArray<byte>(rest.Length + BitWindow.Padding);
        }

        (Window, length) = (default, 0);
        while (true)
        {
            var next = rest.IndexOf((byte)0xFF);
            var run = next < 0 ? rest : rest[..next];
            run.CopyTo(bytes.AsSpan(length));
            length += run.Length;
            rest = rest[run.Length..];
            var after = rest.IndexOfAnyExcept((byte)0xFF);
            if (after < 0 || rest[after] != 0)
            {
                break; // a marker, or the end of the file
            }

            bytes[length++] = 0xFF;
            rest = rest[(after + 1)..];
        }

        End = jpeg.Length - rest.Length;
        bytes.AsSpan(length, BitWindow.Padding).Clear();
        Window.Fill(bytes);
    }
}
