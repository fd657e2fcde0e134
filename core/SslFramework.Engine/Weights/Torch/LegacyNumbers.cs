using System.Buffers.Binary;

namespace SslFramework.Engine.Weights.Torch;

/// <summary>The format before PyTorch 1.6: five pickles in a row, and then each storage's length and numbers.</summary>
internal sealed class LegacyNumbers : IStoredNumbers
{
    private const long Protocol = 1001;
    private static readonly Int128 Magic = new(0x1950, 0xa86a20f9469cfc6c);

    private readonly Stream stream;
    private readonly Dictionary<string, long> begins = [];

    /// <summary>Reads the pickles, and finds the numbers.</summary>
    /// <exception cref="FormatException">The file is damaged, or requests something other than data.</exception>
    public LegacyNumbers(FileStream file)
    {
        stream = new BufferedStream(file, 1 << 16);
        stream.Position = 0;
        if (Next() is not Int128 magic
            || magic != Magic
            || Next() is not Protocol
            || Next() is not PickledDictionary system
            || system.Items.GetValueOrDefault("little_endian") is not true)
        {
            throw new FormatException("it does not begin as PyTorch's files do");
        }

        var pickle = new PickleReader(stream);
        Root = pickle.Read();
        Place(pickle.Storages, Next() as PickledList ?? throw new FormatException("it does not list its numbers"));
    }

    public object? Root { get; }

    public Stream Find(PickledStorage storage)
    {
        stream.Position = begins.TryGetValue(storage.Key, out var begin) ? begin : throw Missing(storage.Key);
        return stream;
    }

    public void Dispose() => stream.Dispose();

    private void Place(IReadOnlyDictionary<string, PickledStorage> storages, PickledList keys)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        foreach (var key in keys.Items)
        {
            var storage = storages.GetValueOrDefault(key as string ?? "")
                ?? throw new FormatException("it lists numbers that no tensor uses");
            stream.ReadExactly(prefix);
            var (count, bytes) = (BinaryPrimitives.ReadInt64LittleEndian(prefix), checked(storage.Count * storage.Type.ElementSize()));
            if (count != storage.Count || bytes > stream.Length - stream.Position || !begins.TryAdd(storage.Key, stream.Position))
            {
                throw new FormatException($"it has other numbers at {TorchFile.Quote(storage.Key)} than it says");
            }

            stream.Position += bytes;
        }

        if (storages.Keys.FirstOrDefault(key => !begins.ContainsKey(key)) is { } missing)
        {
            throw Missing(missing);
        }
    }

    private object? Next() => new PickleReader(stream).Read();

    private static FormatException Missing(string key) => new($"its numbers {TorchFile.Quote(key)} are missing");
}
