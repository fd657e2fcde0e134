using System.Buffers.Binary;
using System.Text.Json;
using SslFramework.Core.Storage;

namespace SslFramework.Core.Weights;

/// <summary>
/// Reads and writes safetensors files: data only, no code, readable from every framework.
/// Format: 8 bytes of header length, JSON, numbers (https://github.com/huggingface/safetensors).
/// </summary>
public static class SafeTensors
{
    private const int LengthBytes = 8;
    private const int Alignment = 8;
    private const long BlockBytes = 64 << 20; // Tensor.bytes ends at 2 GiB

    /// <summary>Writes tensors durably, replacing an older file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">Tensors on any device, contiguous or not. Equal tensors give equal bytes, whatever their order.</param>
    /// <param name="metadata">Texts to store with them.</param>
    /// <param name="disk">The file system; null takes the real disk.</param>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there.</exception>
    /// <exception cref="ArgumentException">A tensor has a type that the format lacks, or is named <c>__metadata__</c>.</exception>
    internal static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, IDisk? disk = null)
    {
        var (length, write) = Content(tensors, metadata);
        DurableFile.Write(path, write, length, disk);
    }

    /// <summary>The bytes of a file: their number, and what writes them.</summary>
    internal static (long Length, Action<Stream> Write) Content(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Widest numbers first, so that each tensor is aligned to its own numbers.
        var ordered = tensors
            .OrderByDescending(pair => pair.Value.ElementSize)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .ToList();
        var header = Header(ordered, metadata ?? new Dictionary<string, string>());
        return (LengthBytes + header.Length + ordered.Sum(pair => Bytes(pair.Value)), stream => WriteTo(stream, header, ordered));
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Tensors on the CPU; they belong to the caller's dispose scope if there is one.</returns>
    /// <exception cref="SafeTensorsException">The file is missing, cannot be read or is not a sound safetensors file.</exception>
    public static SafeTensorsFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream);
        }
        catch (FormatException error)
        {
            throw new SafeTensorsException($"'{path}' is not a sound safetensors file: {error.Message}.", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SafeTensorsException($"There is no file '{path}'; correct its name.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SafeTensorsException(
                Directory.Exists(path)
                    ? $"'{path}' is a folder; name a file of weights in it."
                    : $"'{path}' cannot be read: {error.Message}",
                error);
        }
    }

    private static SafeTensorsFile Read(FileStream stream)
    {
        var prefix = new byte[LengthBytes];
        if (stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
        {
            throw new FormatException("it is shorter than 8 bytes");
        }

        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var rest = (ulong)(stream.Length - LengthBytes);
        if (headerLength > SafeTensorsHeader.MaximumLength || headerLength > rest)
        {
            throw new FormatException($"it claims a header of {headerLength} bytes");
        }

        var json = new byte[(int)headerLength];
        stream.ReadExactly(json);
        var header = SafeTensorsHeader.Parse(json, (long)(rest - headerLength));

        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(header.Entries.Count);
        foreach (var entry in header.Entries) // in the order of their data
        {
            tensors[entry.Name] = ReadTensor(stream, entry);
        }

        foreach (var tensor in tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return new SafeTensorsFile(tensors, header.Metadata);
    }

    private static Tensor ReadTensor(FileStream stream, SafeTensorsHeader.Entry entry)
    {
        var tensor = empty(entry.Shape, entry.Type);
        foreach (var block in Blocks(tensor))
        {
            using (block)
            {
                stream.ReadExactly(block.bytes);
                if (entry.Type == ScalarType.Bool && block.bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                {
                    throw new FormatException($"'{entry.Name}' has truth values that are neither 0 nor 1");
                }
            }
        }

        return tensor;
    }

    private static void WriteTo(Stream stream, byte[] header, List<KeyValuePair<string, Tensor>> tensors)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var (_, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            foreach (var block in Blocks(tensor.detach().cpu().contiguous()))
            {
                stream.Write(block.bytes);
            }
        }
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new Dictionary<string, object>();
        if (metadata.Count > 0)
        {
            entries[SafeTensorsHeader.MetadataKey] = metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary();
        }

        var begin = 0L;
        foreach (var (name, tensor) in tensors)
        {
            if (name == SafeTensorsHeader.MetadataKey)
            {
                throw new ArgumentException($"No tensor may be named '{name}'.", nameof(tensors));
            }

            var end = begin + Bytes(tensor);
            long[] offsets = [begin, end];
            entries[name] = new { dtype = SafeTensorsTypes.Name(tensor.dtype), tensor.shape, data_offsets = offsets };
            begin = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(entries);
        var padded = new byte[(json.Length + Alignment - 1) / Alignment * Alignment];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    private static long Bytes(Tensor tensor) => tensor.numel() * tensor.ElementSize;

    /// <summary>Views of a contiguous tensor on the CPU, each small enough for <see cref="Tensor.bytes"/>.</summary>
    private static IEnumerable<Tensor> Blocks(Tensor tensor)
    {
        var flat = tensor.view(-1);
        var length = BlockBytes / tensor.ElementSize;
        for (var begin = 0L; begin < flat.shape[0]; begin += length)
        {
            yield return flat.narrow(0, begin, Math.Min(length, flat.shape[0] - begin));
        }
    }
}
