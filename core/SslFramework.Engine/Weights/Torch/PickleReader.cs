using System.Buffers.Binary;
using System.Text;

namespace SslFramework.Engine.Weights.Torch;

/// <summary>
/// Reads the pickles in which PyTorch stores weights: some thirty opcodes, and a handful of names that build tensors and
/// containers. It runs no code, builds nothing else, and what it refuses cannot be read in another way.
/// </summary>
/// <param name="stream">A stream at the pickle's beginning; after reading it is behind its end.</param>
internal sealed class PickleReader(Stream stream)
{
    private const int MostItems = 1 << 20; // on the stack, in the memo, in a container's opcode
    private const int LongestText = 1 << 16;
    private const int MostMarks = 64;
    private const long MostOpcodes = 1 << 24;

    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];
    private readonly Dictionary<string, PickledStorage> storages = [];

    /// <summary>Every storage that tensors refer to, by its key.</summary>
    public IReadOnlyDictionary<string, PickledStorage> Storages => storages;

    /// <summary>Reads up to the opcode that ends a pickle.</summary>
    /// <exception cref="FormatException">It is damaged, or requests something other than data; the message is a clause.</exception>
    public object? Read()
    {
        for (var opcodes = 0L; opcodes < MostOpcodes; opcodes++)
        {
            var code = (char)Byte();
            if (code == '.')
            {
                return stack.Count == 1 && marks.Count == 0
                    ? stack[0]
                    : throw new FormatException("its pickle ends with other than one value");
            }

            Do(code);
        }

        throw new FormatException("its pickle is too long");
    }

    private void Do(char code)
    {
        switch (code)
        {
            case '\x80' when Byte() is var protocol: // PROTO
                _ = protocol is >= 2 and <= 5 ? 0 : throw new FormatException($"its pickle has protocol {protocol}, and 2 to 5 are read");
                break;
            case '\x95': Bytes(8); break; // FRAME: only a hint for buffers
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Byte()); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
            case '\x8a': PushInteger(Bytes(Byte())); break; // LONG1
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case 'X': Push(Text(Unsigned())); break;
            case 'C' or 'B': Push(SkipBytes(code == 'C' ? Byte() : Unsigned())); break; // bytes
            case '\x8c' or 'U': Push(Text(Byte())); break;
            case 'T': Push(Text(Unsigned())); break;
            case ')': Push(new PickledTuple([])); break;
            case '\x85': Push(new PickledTuple(Pop(1))); break;
            case '\x86': Push(new PickledTuple(Pop(2))); break;
            case '\x87': Push(new PickledTuple(Pop(3))); break;
            case 't': Push(new PickledTuple(PopMarked())); break;
            case ']': Push(new PickledList()); break;
            case '}': Push(new PickledDictionary()); break;
            case '(': Mark(); break;
            case 'a': Append(Pop(1)); break;
            case 'e': Append(PopMarked()); break;
            case 's': SetItems(Pop(2)); break;
            case 'u': SetItems(PopMarked()); break;
            case 'q': Memoize(Byte()); break;
            case 'r': Memoize(Unsigned()); break;
            case '\x94': Memoize((uint)memo.Count); break;
            case 'h': Push(Memoized(Byte())); break;
            case 'j': Push(Memoized(Unsigned())); break;
            case 'c': Push(PickleNames.Find(Line(), Line())); break;
            case '\x93' when Pop(2) is var names: // STACK_GLOBAL
                Push(
                    names is [string module, string name]
                        ? PickleNames.Find(module, name)
                        : throw new FormatException("it builds a name out of other than texts"));
                break;
            case 'Q': Push(Known(PickleNames.Storage(Pop(1)[0]))); break; // BINPERSID
            case 'R' or '\x81' when Pop(2) is var call: // REDUCE, NEWOBJ
                Push(PickleNames.Build(call[0], call[1], code == 'R'));
                break;
            case 'b': Configure(Pop(2)); break;
            default: throw new FormatException($"its pickle has the opcode 0x{(int)code:x2}, which data needs not and which is not run");
        }
    }

    private void Push(object? value)
    {
        Room(stack.Count);
        stack.Add(value);
    }

    private void Mark()
    {
        _ = marks.Count < MostMarks ? 0 : throw new FormatException($"its pickle has more than {MostMarks} open marks");
        marks.Push(stack.Count);
    }

    private object?[] PopMarked() =>
        marks.TryPop(out var mark) ? PopFrom(mark) : throw new FormatException("its pickle closes a mark that is not open");

    private object?[] Pop(int count) => stack.Count - count >= Floor
        ? PopFrom(stack.Count - count)
        : throw new FormatException("its pickle takes a value that is not there");

    /// <summary>The stack height at the last mark: only the mark's own opcode may go below it.</summary>
    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private object?[] PopFrom(int from)
    {
        var values = stack.GetRange(from, stack.Count - from).ToArray();
        stack.RemoveRange(from, values.Length);
        return values;
    }

    private object? Top => stack.Count > Floor ? stack[^1] : throw new FormatException("its pickle uses a value that is not there");

    private PickledStorage Known(PickledStorage storage) => storages.TryAdd(storage.Key, storage) || storages[storage.Key] == storage
        ? storage
        : throw new FormatException($"it describes its numbers {TorchFile.Quote(storage.Key)} in two ways");

    private void Append(object?[] values)
    {
        var list = Top as PickledList ?? throw new FormatException("its pickle appends to what is no list");
        Array.ForEach(values, list.Add);
    }

    private void SetItems(object?[] values)
    {
        var dictionary = Top as PickledDictionary ?? throw new FormatException("its pickle sets a key of what is no dictionary");
        _ = values.Length % 2 == 0 ? 0 : throw new FormatException("its pickle sets a key without a value");
        for (var i = 0; i < values.Length; i += 2)
        {
            dictionary.Set(values[i], values[i + 1]);
        }
    }

    /// <summary>BUILD: a state dict's <c>_metadata</c>, and what is saved beside weights. Neither is kept.</summary>
    private void Configure(object?[] target)
    {
        if (target is not ([PickledDictionary, PickledDictionary] or [PickledIgnored, _]))
        {
            throw new FormatException("it gives state to what is neither a dictionary nor lies beside weights");
        }

        Push(target[0]);
    }

    private void Memoize(uint place)
    {
        Room(memo.Count);
        memo[place] = Top;
    }

    private object? Memoized(uint place) => memo.TryGetValue(place, out var value)
        ? value
        : throw new FormatException($"its pickle uses value {place} of its memo, which is not there");

    private static void Room(int count) =>
        _ = count < MostItems ? 0 : throw new FormatException($"its pickle holds more than {MostItems} values at once");

    private void PushInteger(byte[] bytes)
    {
        if (bytes.Length > 10)
        {
            Push(new PickledIgnored()); // the state of a random generator, say
            return;
        }

        Span<byte> wide = stackalloc byte[16];
        wide.Fill(bytes is [.., >= 0x80] ? byte.MaxValue : (byte)0);
        bytes.CopyTo(wide);
        var value = BinaryPrimitives.ReadInt128LittleEndian(wide);
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value); // the magic number of older files has 80 bits
    }

    private PickledIgnored SkipBytes(uint length)
    {
        Bytes(Fitting(length));
        return new PickledIgnored();
    }

    private static int Fitting(uint length) =>
        length <= LongestText ? (int)length : throw new FormatException($"it has a text of {length} bytes");

    private string Text(uint length)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes(Fitting(length)));
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("it has a text that is not UTF-8", e);
        }
    }

    private string Line()
    {
        var text = new StringBuilder();
        for (var c = Byte(); c != '\n'; c = Byte())
        {
            _ = text.Length < 256 && c < 0x80
                ? text.Append((char)c)
                : throw new FormatException("it has a name that is too long or not ASCII");
        }

        return text.ToString();
    }

    private uint Unsigned() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    private byte Byte() => stream.ReadByte() is >= 0 and var value ? (byte)value : throw new FormatException("its pickle is cut off");

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        return stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count
            ? bytes
            : throw new FormatException("its pickle is cut off");
    }
}
