using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SslFramework.Host.Configuration;

/// <summary>Reads JSON with comments and trailing commas into nodes that know their line and column.</summary>
internal static class ConfigReader
{
    /// <summary>A hundred times the longest experiment.</summary>
    private const int LargestFile = 1 << 20;

    private static readonly JsonReaderOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file. Errors are added to <paramref name="errors"/>; then null may come back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="errors">Told what is wrong.</param>
    /// <param name="kind">What the file should be.</param>
    public static ConfigNode? ReadFile(string path, ConfigErrors errors, FileKind kind)
    {
        if (!File.Exists(path))
        {
            errors.Add(MissingFile.Sentence(path, kind));
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            var json = new byte[LargestFile + 1];
            var length = stream.ReadAtLeast(json, json.Length, throwOnEndOfStream: false); // a pipe or a device has no length
            if (length <= LargestFile)
            {
                var text = WithoutMark(json.AsSpan(0, length));
                var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
                var root = Read(text, new ConfigPlaces(Path.GetFileName(path), text), folder, errors);
                if (root is null || (FileKind.Of(root) ?? kind) == kind)
                {
                    return root;
                }

                var other = FileKind.Of(root)!;
                errors.Add(path, $"this is {other.Named} and no {kind.Name}: '{other.Command} {path}' takes it; "
                    + $"name {kind.Named} file, such as {kind.Example}");
                return null;
            }

            errors.Add(path, $"the file is larger than {LargestFile >> 20} MiB, so it is no {kind.Name}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(path, $"cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>Reads a value given on the command line: JSON where it is JSON, else text.</summary>
    /// <exception cref="ExperimentException">It begins as JSON does, but is none.</exception>
    public static ConfigNode ReadValue(string value, string place)
    {
        var errors = new ConfigErrors();
        var node = ReadValue(value, place, errors);
        errors.ThrowIfAny();
        return node;
    }

    /// <summary>Reads a value given on the command line: JSON where it is JSON, else text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="errors">Told where it begins as JSON does, but is none.</param>
    public static ConfigNode ReadValue(string value, string place, ConfigErrors errors)
    {
        var folder = Directory.GetCurrentDirectory();
        var told = value.TrimStart() is ['{' or '[' or '"', ..] ? errors : new ConfigErrors();
        var before = told.Count;
        var node = value.Length == 0 ? null : Read(Encoding.UTF8.GetBytes(value), new ConfigPlaces(place), folder, told);
        return node is not null && told.Count == before ? node : new ConfigNode(JsonValueKind.String, place, folder) { Text = value };
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) =>
        text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    private static ConfigNode? Read(ReadOnlySpan<byte> text, ConfigPlaces places, string folder, ConfigErrors errors)
    {
        var reader = new Utf8JsonReader(text, Lenient);
        try
        {
            if (text.Trim(" \t\r\n"u8).IsEmpty)
            {
                errors.Add(places.Whole, "the file is empty");
                return null;
            }

            if (!Utf8.IsValid(text))
            {
                errors.Add(places.Whole, "this is not UTF-8 text; save it as UTF-8");
                return null;
            }

            reader.Read();
            var root = ReadValue(ref reader, places, folder, errors);
            reader.Read(); // anything after the value is an error of the reader
            return root;
        }
        catch (JsonException e)
        {
            var lastLine = text[(text.LastIndexOf((byte)'\n') + 1)..];
            var isAtTheEnd = e.LineNumber == text.Count((byte)'\n') && e.BytePositionInLine >= lastLine.Length;
            errors.Add(places.At(e), places.Broken(e, isAtTheEnd ? "it ends before all of it is closed" : Reason(e)));
            return null;
        }
        catch (InvalidOperationException)
        {
            errors.Add(places.At(reader.TokenStartIndex), "this text has half a surrogate pair in it, which is no character");
            return null;
        }
    }

    private static ConfigNode ReadValue(ref Utf8JsonReader reader, ConfigPlaces places, string folder, ConfigErrors errors)
    {
        var at = places.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new ConfigNode(JsonValueKind.Object, at, folder);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    var keyPlace = places.At(reader.TokenStartIndex);
                    reader.Read();
                    var value = ReadValue(ref reader, places, folder, errors);
                    if (node.Members.ContainsKey(key))
                    {
                        errors.Add(keyPlace, $"the key \"{key}\" stands twice; remove one");
                    }

                    node.Set(key, value);
                }

                return node;
            case JsonTokenType.StartArray:
                var list = new ConfigNode(JsonValueKind.Array, at, folder);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(ReadValue(ref reader, places, folder, errors));
                }

                return list;
            case JsonTokenType.String:
                return new ConfigNode(JsonValueKind.String, at, folder) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new ConfigNode(JsonValueKind.Number, at, folder) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new ConfigNode(JsonValueKind.True, at, folder) { Text = "true" };
            case JsonTokenType.False:
                return new ConfigNode(JsonValueKind.False, at, folder) { Text = "false" };
            default:
                return new ConfigNode(JsonValueKind.Null, at, folder) { Text = "null" };
        }
    }

    /// <summary>What the reader says, without its own account of the place.</summary>
    private static string Reason(JsonException error) => error.Message.Split(" LineNumber:")[0].Split(" Path:")[0]
        .Replace(". Expected", ", expected", StringComparison.Ordinal)
        .TrimEnd('.');
}
