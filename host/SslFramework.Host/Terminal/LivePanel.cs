using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>
/// Lines at the bottom of a terminal that are written over. It stands in for the terminal: what others write meanwhile appears
/// above the panel, and stays. Thread-safe.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="width">Its columns, now.</param>
internal sealed class LivePanel(TextWriter terminal, Func<int> width) : TextWriter
{
    private readonly Lock gate = new();
    private readonly StringBuilder begun = new();
    private IReadOnlyList<string> lines = [];
    private int shown;
    private bool standsInForErrors;

    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Lines of others that were warnings.</summary>
    public int Warnings { get; private set; }

    /// <summary>A panel that stands in for stderr until it is disposed; null where lines cannot be written over.</summary>
    public static LivePanel? OverErrors()
    {
        if (!ErrorTerminal.IsLive)
        {
            return null;
        }

        var panel = new LivePanel(Console.Error, ErrorTerminal.Width) { standsInForErrors = true };
        Console.SetError(panel);
        return panel;
    }

    /// <summary>
    /// As <see cref="OverErrors"/>, with one line until the work of which it tells is done, of which nothing is left; plain lines now and
    /// then where they cannot be written over.
    /// </summary>
    public static IDisposable Note(string doing)
    {
        if (OverErrors() is not { } panel)
        {
            return new PlainNote(doing, TimeProvider.System);
        }

        panel.Show([$"  {doing} …"]);
        return new Erasure(panel);
    }

    /// <summary>Draws the panel anew.</summary>
    public void Show(IReadOnlyList<string> panel)
    {
        lock (gate)
        {
            lines = panel;
            terminal.Write(Erased() + Drawn());
            terminal.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(WordWrap.Wrap(Printable.Line(value ?? ""), width()) + "\n");

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        lock (gate)
        {
            begun.Append(value);
            var text = begun.ToString();
            var end = text.LastIndexOf('\n') + 1;
            if (end == 0)
            {
                return; // half a line waits
            }

            begun.Remove(0, end);
            Warnings += text[..end].Split('\n').Count(line => line.StartsWith(Messages.WarningMark, StringComparison.Ordinal));
            terminal.Write(Erased() + text[..end] + Drawn());
            terminal.Flush();
        }
    }

    /// <summary>Leaves the panel where it is, as the last thing seen of it.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (gate)
        {
            terminal.Write(begun.ToString());
            begun.Clear();
            (lines, shown) = ([], 0);
        }

        if (standsInForErrors)
        {
            Console.SetError(terminal);
        }

        base.Dispose(disposing);
    }

    private string Erased() => shown == 0 ? "" : $"\x1b[{shown}A\r\x1b[J";

    /// <summary>A line that is too long would wrap, and the panel grow by it.</summary>
    private string Drawn()
    {
        var columns = Math.Max(width() - 1, 20);
        shown = lines.Count;
        return string.Concat(lines.Select(Printable.Line).Select(line => (line.Length > columns ? line[..columns] : line) + "\n"));
    }

    private sealed class Erasure(LivePanel panel) : IDisposable
    {
        public void Dispose()
        {
            panel.Show([]);
            panel.Dispose();
        }
    }
}
