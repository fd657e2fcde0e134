using System.Text.Json;

namespace SslFramework.Host.Configuration;

/// <summary>Line and column of each byte of a text. The lines are found once: a place costs no walk through the file.</summary>
internal sealed class ConfigPlaces
{
    private readonly string? file;
    private readonly string whole;
    private readonly List<int> lineStarts = [0];

    /// <summary>The places of a file's text.</summary>
    public ConfigPlaces(string file, ReadOnlySpan<byte> text)
    {
        (this.file, whole) = (file, file);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\n')
            {
                lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>One place for all of a value given on the command line.</summary>
    public ConfigPlaces(string commandLine) => whole = commandLine;

    /// <summary>The place of the text as a whole.</summary>
    public string Whole => whole;

    /// <summary><c>file:line:column</c>, both from 1.</summary>
    public string At(long position)
    {
        if (file is null)
        {
            return whole;
        }

        var found = lineStarts.BinarySearch((int)position);
        var line = found >= 0 ? found : ~found - 1;
        return $"{file}:{line + 1}:{position - lineStarts[line] + 1}";
    }

    /// <summary>What is said of text that is no JSON.</summary>
    /// <param name="error">Where the reader stopped.</param>
    /// <param name="reason">Why.</param>
    public string Broken(JsonException error, string reason)
    {
        var line = error.LineNumber > 0 ? $" of line {error.LineNumber + 1}" : "";
        return file is not null
            ? $"this is not JSON: {reason}"
            : $"the value looks like JSON, but at its character {(error.BytePositionInLine ?? 0) + 1}{line}: {reason}; "
                + "put all of it into single quotes, which the shell leaves as they are";
    }

    /// <summary>Where the reader stopped.</summary>
    public string At(JsonException error) =>
        file is null ? whole : $"{file}:{(error.LineNumber ?? 0) + 1}:{(error.BytePositionInLine ?? 0) + 1}";
}
