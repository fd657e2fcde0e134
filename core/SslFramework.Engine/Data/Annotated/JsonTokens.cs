using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// Walks through a JSON file of any length with a small buffer, and knows where in the file each value lies. The buffer grows only for a
/// single text that is longer.
/// </summary>
/// <param name="stream">What is read; it is left open.</param>
/// <param name="file">The file's name, for messages.</param>
/// <param name="offset">Where in the file the stream begins, for messages.</param>
internal sealed class JsonTokens(Stream stream, string file, long offset = 0)
{
    private const int LongestText = 1 << 26;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private bool isAll;
    private JsonReaderState state;
    private long before = offset; // of the buffer's first byte
    private int valueAt;

    /// <summary>The kind of the token that was read last.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>Where it begins in the file.</summary>
    public long Position => before + valueAt;

    /// <summary>Where it ends in the file.</summary>
    public long End => before + start;

    /// <summary>Goes to the next token.</summary>
    /// <exception cref="ExperimentException">There is none, or it is not JSON.</exception>
    public void Read()
    {
        try
        {
            while (!TryRead())
            {
                Fill();
            }
        }
        catch (JsonException e)
        {
            throw Bad($"it is not JSON ({e.Message.Split(". LineNumber")[0].Split(" LineNumber")[0].TrimEnd('.')})");
        }
    }

    /// <summary>Enters an object, and stops at the value of each of its properties. Each must be read or skipped.</summary>
    public IEnumerable<string> Properties()
    {
        Expect(JsonTokenType.StartObject, "an object");
        for (Read(); Kind != JsonTokenType.EndObject; Read())
        {
            var name = Text();
            Read();
            yield return name;
        }
    }

    /// <summary>Enters an array, and stops at each of its values, which must be read or skipped.</summary>
    public IEnumerable<int> Items()
    {
        Expect(JsonTokenType.StartArray, "an array");
        var number = 0;
        for (Read(); Kind != JsonTokenType.EndArray; Read())
        {
            yield return number++;
        }
    }

    /// <summary>Goes to the end of the value that begins here.</summary>
    public void Skip()
    {
        var depth = 0;
        do
        {
            depth += Kind switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
            if (depth > 0)
            {
                Read();
            }
        }
        while (depth > 0);
    }

    /// <summary>The text here, or the name of a property.</summary>
    public string Text()
    {
        if (Kind != JsonTokenType.PropertyName)
        {
            Expect(JsonTokenType.String, "a text");
        }

        try
        {
            var reader = new Utf8JsonReader(Token()[^1] == (byte)':' ? Token()[..^1] : Token());
            reader.Read();
            return reader.GetString()!;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            throw Bad("a text in it is not Unicode");
        }
    }

    /// <summary>The bytes of the text here, as they stand in the file if nothing in it is escaped.</summary>
    public byte[] TextBytes() => Token().Contains((byte)'\\') ? Encoding.UTF8.GetBytes(Text()) : Token()[1..^1].ToArray();

    /// <summary>The finite number here.</summary>
    public double Number()
    {
        Expect(JsonTokenType.Number, "a number");
        return Utf8Parser.TryParse(Token(), out double number, out var used) && used == Token().Length && double.IsFinite(number)
            ? number
            : throw Bad("a number in it is too large");
    }

    /// <summary>The whole number here, which may be written with a fraction of zeros.</summary>
    public long Whole()
    {
        if (Kind == JsonTokenType.Number && Utf8Parser.TryParse(Token(), out long whole, out var used) && used == Token().Length)
        {
            return whole;
        }

        var number = Number();
        return number == Math.Floor(number) && Math.Abs(number) < 1L << 53
            ? (long)number
            : throw Bad($"{number.ToString(CultureInfo.InvariantCulture)} stands where a whole number must");
    }

    /// <summary>An error at this place.</summary>
    /// <param name="what">What is wrong, as the middle of a sentence.</param>
    public ExperimentException Bad(string what) => Bad(file, what, Position);

    /// <summary>An error at a place in the file.</summary>
    public static ExperimentException Bad(string file, string what, long position) => new(
        FailureKind.Data,
        string.Create(
            CultureInfo.InvariantCulture, $"'{file}' cannot be used: {what}, at byte {position}; correct it, or download the file again."));

    private void Expect(JsonTokenType kind, string what)
    {
        if (Kind != kind)
        {
            throw Bad($"{what} is expected");
        }
    }

    private ReadOnlySpan<byte> Token() => buffer.AsSpan(valueAt, start - valueAt);

    private bool TryRead()
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isAll, state);
        if (!reader.Read())
        {
            return isAll ? throw Bad("it ends too early") : false;
        }

        (Kind, state) = (reader.TokenType, reader.CurrentState);
        valueAt = start + (int)reader.TokenStartIndex;
        start += (int)reader.BytesConsumed;
        return true;
    }

    private void Fill()
    {
        var kept = end - start;
        if (kept > LongestText)
        {
            throw Bad("a text in it is too long");
        }

        var target = kept > buffer.Length / 2 ? new byte[2 * buffer.Length] : buffer;
        buffer.AsSpan(start, kept).CopyTo(target);
        before += start;
        (buffer, start, end, valueAt) = (target, 0, kept, 0);
        var read = stream.Read(buffer.AsSpan(end));
        (end, isAll) = (end + read, read == 0);
    }
}
