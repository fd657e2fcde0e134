using System.Text;
using System.Text.Json;

namespace SslFramework.Host.Configuration;

/// <summary>Reads JSON with comments and trailing commas into nodes that know their line and column.</summary>
public static class ConfigReader
{
    private const int LargestFile = 4 << 20;

    private static readonly JsonReaderOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file. Errors are added to <paramref name="errors"/>; then null may come back.</summary>
    public static ConfigNode? ReadFile(string path, ConfigErrors errors)
    {
        byte[] json;
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                errors.Add(path, $"the file is larger than {LargestFile >> 20} MiB, so it is no experiment");
                return null;
            }

            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(path, Directory.Exists(path) ? "this is a folder; name an experiment file" : $"cannot be read: {e.Message}");
            return null;
        }

        return Read(json, Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path))!, errors);
    }

    /// <summary>Reads a value given on the command line: JSON where it is JSON, else text.</summary>
    public static ConfigNode ReadValue(string value, string place)
    {
        var folder = Directory.GetCurrentDirectory();
        var quiet = new ConfigErrors();
        var node = value.Length == 0 ? null : Read(Encoding.UTF8.GetBytes(value), null, folder, quiet, place);
        return node is not null && quiet.Count == 0 ? node : new ConfigNode(JsonValueKind.String, place, folder) { Text = value };
    }

    private static ConfigNode? Read(byte[] json, string? file, string folder, ConfigErrors errors, string? place = null)
    {
        var start = json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var text = json.AsSpan(start);
        var reader = new Utf8JsonReader(text, Lenient);
        try
        {
            if (text.Trim(" \t\r\n"u8).IsEmpty)
            {
                errors.Add(file ?? place!, "the file is empty");
                return null;
            }

            reader.Read();
            var root = ReadValue(ref reader, text, file, folder, place, errors);
            reader.Read(); // anything after the value is an error of the reader
            return root;
        }
        catch (JsonException e)
        {
            var sentence = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            errors.Add(place ?? $"{file}:{(e.LineNumber ?? 0) + 1}:{(e.BytePositionInLine ?? 0) + 1}", $"this is not JSON: {sentence}");
            return null;
        }
    }

    private static ConfigNode ReadValue(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string? file, string folder, string? place, ConfigErrors errors)
    {
        var at = place ?? PlaceOf(reader.TokenStartIndex, text, file!);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new ConfigNode(JsonValueKind.Object, at, folder);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    var keyPlace = place ?? PlaceOf(reader.TokenStartIndex, text, file!);
                    reader.Read();
                    var value = ReadValue(ref reader, text, file, folder, place, errors);
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
                    list.Items.Add(ReadValue(ref reader, text, file, folder, place, errors));
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

    private static string PlaceOf(long position, ReadOnlySpan<byte> text, string file)
    {
        var before = text[..(int)position];
        var line = before.Count((byte)'\n') + 1;
        return $"{file}:{line}:{before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1}";
    }
}
