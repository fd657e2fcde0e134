using System.Text.Json;
using System.Text.Unicode;

namespace SslFramework.Core.Weights;

/// <summary>The JSON before the numbers. Parsed strictly, because the file may come from a stranger.</summary>
internal sealed record SafeTensorsHeader(
    IReadOnlyList<SafeTensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";

    /// <summary>Far more than the largest models need, and little enough to read from an untrusted file.</summary>
    public const int MaximumLength = 16 << 20;

    private const int MaximumDimensions = 64; // libtorch's own limit

    /// <summary>Reads a header and checks every claim in it against the bytes that are there.</summary>
    /// <param name="json">The header.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    /// <returns>The entries, in order of their data: together they cover it without gap or overlap.</returns>
    /// <exception cref="FormatException">A claim is wrong; the message is a clause for the end of a sentence.</exception>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        if (json.Length == 0 || json.Span[0] != (byte)'{' || !Utf8.IsValid(json.Span))
        {
            throw new FormatException("its header is not JSON text");
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(json, options);
            var metadata = new Dictionary<string, string>();
            var entries = new List<Entry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    metadata = Texts(property.Value);
                }
                else
                {
                    entries.Add(ParseEntry(property.Name, property.Value));
                }
            }

            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckCover(entries, dataLength);
            return new SafeTensorsHeader(entries, metadata);
        }
        catch (JsonException error)
        {
            throw new FormatException($"its header is not valid JSON ({error.Message.TrimEnd('.')})", error);
        }
        catch (InvalidOperationException error) // half a surrogate pair, in an escape
        {
            throw new FormatException("its header has a name that is not text", error);
        }
    }

    private static Dictionary<string, string> Texts(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.String)
            ? element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!)
            : throw new FormatException($"its {MetadataKey} is not an object of texts");

    private static Entry ParseEntry(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object
            || element.EnumerateObject().Count() != 3
            || !element.TryGetProperty("dtype", out var type)
            || !element.TryGetProperty("shape", out var shape)
            || !element.TryGetProperty("data_offsets", out var offsets))
        {
            throw new FormatException($"{Quote(name)} does not have exactly dtype, shape and data_offsets");
        }

        if (type.ValueKind != JsonValueKind.String || SafeTensorsTypes.Parse(type.GetString()!) is not { } dtype)
        {
            throw new FormatException($"{Quote(name)} has the type {Quote(type.GetRawText())}, which is none of {SafeTensorsTypes.Names}");
        }

        var range = Numbers(name, offsets);
        if (range.Length != 2 || range[1] < range[0])
        {
            throw new FormatException($"{Quote(name)} has data_offsets that are not a begin and an end");
        }

        var dimensions = Numbers(name, shape);
        if (dimensions.Length > MaximumDimensions)
        {
            throw new FormatException($"{Quote(name)} has {dimensions.Length} dimensions");
        }

        if (Length(dimensions, dtype) != range[1] - range[0])
        {
            throw new FormatException($"{Quote(name)} has a shape that does not fit the {range[1] - range[0]} bytes of its data");
        }

        return new Entry(name, dtype, dimensions, range[0], range[1]);
    }

    private static long[] Numbers(string name, JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? [.. element.EnumerateArray().Select(value =>
                value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
                    ? number
                    : throw new FormatException($"{Quote(name)} has {Quote(value.GetRawText())} where a whole number from 0 must be"))]
            : throw new FormatException($"{Quote(name)} has a shape or data_offsets that is no list");

    /// <summary>Bytes of a tensor, or −1 if they cannot be counted: [2⁶², 0] is refused like [2⁶², 4].</summary>
    private static long Length(long[] shape, ScalarType type)
    {
        try
        {
            var largest = shape.Aggregate((long)type.ElementSize(), (product, dimension) => checked(product * Math.Max(1, dimension)));
            return shape.Contains(0) ? 0 : largest;
        }
        catch (OverflowException)
        {
            return -1;
        }
    }

    private static void CheckCover(List<Entry> entries, long dataLength)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                throw new FormatException($"the data of {Quote(entry.Name)} begins at {entry.Begin} where {end} was due");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw new FormatException($"its header describes {end} bytes of data, but {dataLength} are there");
        }
    }

    /// <summary>Shortens an untrusted text to one line.</summary>
    private static string Quote(string text)
    {
        var start = text.Length > 80 ? text[..80] + "…" : text;
        return $"'{string.Concat(start.Select(c => char.IsControl(c) ? '?' : c))}'";
    }

    /// <summary>One tensor: bytes <paramref name="Begin"/> to <paramref name="End"/> of the data.</summary>
    internal sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}
