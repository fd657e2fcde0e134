using System.Globalization;
using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>
/// Text of others (files, names of files, plugins) as a terminal may show it: an escape sequence in it could recolor,
/// overwrite or answer, and a line break could forge a message.
/// </summary>
internal static class Printable
{
    /// <summary>On one line; what is no visible character is written as <c>\u001b</c>.</summary>
    public static string Line(string text) => Escape(text, keepLines: false);

    /// <summary>Line breaks stay, and nothing else that is no visible character.</summary>
    public static string Lines(string text) => Escape(text, keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                safe.Append(text, i++, 2);
            }
            else if (IsVisible(text[i]) || (keepLines && text[i] == '\n'))
            {
                safe.Append(text[i]);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }

        return safe.ToString();
    }

    /// <summary>Marks that turn the direction of writing are as good at deceiving as control characters.</summary>
    private static bool IsVisible(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c)
            && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029');
}
