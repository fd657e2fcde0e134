using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using TorchSharp;

namespace SslFramework.Tests;

/// <summary>Writes files as torch.save does, in both of its formats.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream stream = new();
    private readonly List<torch.Tensor> storages = [];
    private readonly bool legacy;

    private PickleWriter(bool legacy) => this.legacy = legacy;

    /// <summary>A zip archive, uncompressed.</summary>
    public static void WriteArchive(string path, object root, string? byteOrder = "little")
    {
        var writer = new PickleWriter(legacy: false);
        var pickle = writer.Pickle(root);
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Add(archive, "archive/data.pkl", pickle);
        if (byteOrder is not null)
        {
            Add(archive, "archive/byteorder", Encoding.ASCII.GetBytes(byteOrder));
        }

        for (var i = 0; i < writer.storages.Count; i++)
        {
            Add(archive, $"archive/data/{i}", writer.storages[i].bytes.ToArray());
        }
    }

    /// <summary>The format before PyTorch 1.6.</summary>
    public static byte[] Legacy(object root)
    {
        var writer = new PickleWriter(legacy: true);
        var result = new MemoryStream();
        result.Write(Magic);
        result.Write([0x80, 2, (byte)'M', 0xe9, 3, (byte)'.']);
        result.Write(new PickleWriter(false).Pickle(new Dictionary<string, object> { ["protocol_version"] = 1001, ["little_endian"] = true }));
        result.Write(writer.Pickle(root));
        result.Write(new PickleWriter(false).Pickle(Enumerable.Range(0, writer.storages.Count).Select(object (i) => $"{i}").ToList()));
        foreach (var storage in writer.storages)
        {
            result.Write(BitConverter.GetBytes(storage.numel()));
            result.Write(storage.bytes);
        }

        return result.ToArray();
    }

    /// <summary>The pickle of the magic number that older files begin with.</summary>
    public static byte[] Magic => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public static void Add(ZipArchive archive, string name, byte[] content, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var entry = archive.CreateEntry(name, level).Open();
        entry.Write(content);
    }

    private byte[] Pickle(object root)
    {
        stream.Write([0x80, 2]);
        Value(root);
        Op('.');
        return stream.ToArray();
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Op('N'); break;
            case bool b: stream.WriteByte(b ? (byte)0x88 : (byte)0x89); break;
            case int i: Op('J'); Int(i); break;
            case long l: stream.Write([0x8a, 8, .. BitConverter.GetBytes(l)]); break;
            case double d: Op('G'); stream.Write([.. BitConverter.GetBytes(d).Reverse()]); break;
            case string text: Op('X'); Int(Encoding.UTF8.GetByteCount(text)); stream.Write(Encoding.UTF8.GetBytes(text)); break;
            case long[] numbers: Tuple([.. numbers.Cast<object>()]); break;
            case torch.Tensor tensor: Tensor(tensor); break;
            case Raw raw: stream.Write(Encoding.Latin1.GetBytes(raw.Opcodes)); break;
            case Namespace: Global("argparse", "Namespace"); Op(')'); stream.WriteByte(0x81); Value(new Dictionary<string, object> { ["lr"] = 0.5 }); Op('b'); break;
            case List<object> list: Op(']'); Op('('); list.ForEach(Value); Op('e'); break;
            case Dictionary<string, object> plain: Op('}'); Items(plain); break;
            case Dictionary<int, object> numbered: Op('}'); Items(numbered); break;
            case OrderedDict ordered:
                Global("collections", "OrderedDict");
                Op(')');
                Op('R');
                Items(ordered.Items);
                Value(new Dictionary<string, object> { ["_metadata"] = new Dictionary<string, object>() });
                Op('b');
                break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    private void Items<T>(IReadOnlyDictionary<T, object> items)
    {
        Op('(');
        foreach (var (key, value) in items)
        {
            Value(key);
            Value(value);
        }

        Op('u');
    }

    private void Tensor(torch.Tensor tensor)
    {
        var type = tensor.dtype switch { torch.ScalarType.Int64 => "LongStorage", torch.ScalarType.Float16 => "HalfStorage", _ => "FloatStorage" };
        var flat = tensor.is_contiguous() ? tensor : tensor.t(); // tests transpose, and nothing else
        Global("torch._utils", "_rebuild_tensor_v2");
        Op('(');
        Op('(');
        Value("storage");
        Global("torch", type);
        Value($"{storages.Count}");
        Value("cuda:0");
        Value(flat.numel());
        if (legacy)
        {
            Value(null);
        }

        Op('t');
        Op('Q');
        Value(0);
        Value(tensor.shape);
        Value(tensor.stride());
        Value(false);
        Global("collections", "OrderedDict");
        Op(')');
        Op('R');
        Op('t');
        Op('R');
        storages.Add(flat);
    }

    private void Tuple(object[] items)
    {
        Op('(');
        Array.ForEach(items, Value);
        Op('t');
    }

    private void Global(string module, string name) => stream.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    private void Int(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private void Op(char code) => stream.WriteByte((byte)code);

    /// <summary>A state dict, with the metadata that modules add to theirs.</summary>
    public sealed record OrderedDict(IReadOnlyDictionary<string, object> Items);

    /// <summary>A value in the pickle's own opcodes, a byte for each char.</summary>
    public sealed record Raw(string Opcodes);

    /// <summary>The arguments of a training script.</summary>
    public sealed record Namespace;
}
