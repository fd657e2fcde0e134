using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>Breaks lines between words; a terminal breaks them within.</summary>
internal static class WordWrap
{
    /// <summary>
    /// A text whose lines are no wider than so many columns. What goes on is indented as its line was, and a word that is wider stays
    /// whole, to be copied.
    /// </summary>
    public static string Wrap(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        var wrapped = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var indent = line[..^line.TrimStart(' ').Length];
            var rest = line;
            while (rest.Length > width && BreakIn(rest, indent.Length, width) is { } place)
            {
                wrapped.Append(rest[..place].TrimEnd(' ')).Append('\n');
                rest = indent + rest[place..].TrimStart(' ');
            }

            wrapped.Append(rest).Append('\n');
        }

        return wrapped.ToString(0, wrapped.Length - 1);
    }

    /// <summary>
    /// The last space that leaves a line short enough, or else the first one; null where there is none before a further word.
    /// </summary>
    private static int? BreakIn(string line, int indent, int width)
    {
        var last = line.LastIndexOf(' ', width);
        var place = last > indent ? last : line.IndexOf(' ', indent);
        return place > indent && line.AsSpan(place).Trim(' ').Length > 0 ? place : null;
    }
}
