using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>Messages on a terminal: whole lines are broken between words, and what is written piece by piece passes as it is.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="width">Its columns, now.</param>
internal sealed class WrappedWriter(TextWriter terminal, Func<int> width) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => terminal.Write(value);

    /// <inheritdoc/>
    public override void Write(string? value) => terminal.Write(value);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => terminal.WriteLine(WordWrap.Wrap(value ?? "", width()));

    /// <inheritdoc/>
    public override void Flush() => terminal.Flush();
}
