using SslFramework.Core.Weights;

namespace SslFramework.Engine.Weights.Torch;

/// <summary>
/// Reads weights that PyTorch saved (<c>.pth</c>, <c>.pt</c>, <c>.pth.tar</c>), in its zip format and in the one before it
/// (up to 1.5). Data only: no code that such a file requests is run.
/// </summary>
internal static class TorchFile
{
    private const int Longest = 80;
    private const int LongestPath = 64; // of nested dictionaries with weights

    /// <summary>Whether a file is a PyTorch file, by its first bytes: a zip archive, or a pickle.</summary>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static bool Is(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var start = new byte[4];
            return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4
                && start is [(byte)'P', (byte)'K', 3, 4] or [0x80, 2, 0x8a, 10];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads every tensor that has a name, prefixed by the names of its dictionaries: <c>state_dict.conv1.weight</c>.</summary>
    /// <returns>Tensors on the CPU; they belong to the caller's dispose scope if there is one.</returns>
    /// <exception cref="ExperimentException">
    /// The file is missing or damaged, has no tensors, or requests more than tensors and containers.
    /// </exception>
    public static SafeTensorsFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var numbers = stream.ReadByte() == 'P' ? (IStoredNumbers)new TorchArchive(stream) : new LegacyNumbers(stream);
            return new SafeTensorsFile(Tensors(numbers, stream.Length), new Dictionary<string, string>());
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new ExperimentException(FailureKind.Checkpoint, $"'{path}' is not a sound PyTorch file: {e.Message.TrimEnd('.')}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Shortens an untrusted text to one line.</summary>
    internal static string Quote(string text) =>
        $"'{string.Concat((text.Length > Longest ? text[..Longest] + "…" : text).Select(c => char.IsControl(c) ? '?' : c))}'";

    private static ExperimentException Unreadable(string path, Exception e) =>
        new(FailureKind.Checkpoint, $"'{path}' cannot be read: {e.Message}", e);

    private static Dictionary<string, Tensor> Tensors(IStoredNumbers numbers, long length)
    {
        var root = numbers.Root as PickledDictionary ?? throw new FormatException("it holds no dictionary of weights");
        var wanted = new Dictionary<string, PickledTensor>();
        Find(root, "", wanted, []);
        var bytes = wanted.Values.Sum(tensor => checked(Count(tensor) * tensor.Storage.Type.ElementSize()));
        if (wanted.Count == 0 || bytes > 4 * length)
        {
            throw new FormatException(wanted.Count == 0
                ? "it holds no weights by name"
                : $"its tensors have {bytes} bytes, many times what it holds itself");
        }

        using var scope = NewDisposeScope();
        var storages = new Dictionary<string, Tensor>();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in wanted)
        {
            var storage = tensor.Storage;
            if (!storages.TryGetValue(storage.Key, out var stored))
            {
                storages[storage.Key] = stored = Read(numbers, storage);
            }

            tensors[name] = Count(tensor) == 0
                ? empty(tensor.Shape, storage.Type)
                : stored.as_strided(tensor.Shape, tensor.Strides, tensor.Offset).clone();
        }

        foreach (var tensor in tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return tensors;
    }

    /// <summary>Collects the tensors of a dictionary and of those in it; one that occurs in many places counts once.</summary>
    private static void Find(
        PickledDictionary dictionary, string path, Dictionary<string, PickledTensor> found, HashSet<PickledDictionary> seen)
    {
        if (path.Length > LongestPath || !seen.Add(dictionary))
        {
            return;
        }

        foreach (var (key, value) in dictionary.Items)
        {
            if (value is PickledTensor tensor)
            {
                found.TryAdd(path + key, tensor);
            }
            else if (value is PickledDictionary inner)
            {
                Find(inner, $"{path}{key}.", found, seen);
            }
        }
    }

    private static Tensor Read(IStoredNumbers numbers, PickledStorage storage)
    {
        const int Block = 1 << 24; // numbers; Tensor.bytes ends at 2 GiB
        var stream = numbers.Find(storage);
        var tensor = empty([storage.Count], storage.Type);
        for (var begin = 0L; begin < storage.Count; begin += Block)
        {
            using var block = tensor.narrow(0, begin, Math.Min(Block, storage.Count - begin));
            stream.ReadExactly(block.bytes);
            if (storage.Type == ScalarType.Bool && block.bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw new FormatException("it has truth values that are neither 0 nor 1");
            }
        }

        return tensor;
    }

    private static long Count(PickledTensor tensor) => tensor.Shape.Aggregate(1L, (product, size) => product * size);
}
