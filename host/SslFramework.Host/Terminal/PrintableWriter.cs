using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>
/// What is written as lines is made safe to show, whoever's names are in it; what is written piece by piece passes as it is, because
/// tables and panels are drawn so.
/// </summary>
/// <param name="inner">Where to.</param>
/// <param name="printable">
/// Makes the text of a line safe: <see cref="Printable.Line"/>, or <see cref="Printable.Lines"/> where a text may have several.
/// </param>
internal sealed class PrintableWriter(TextWriter inner, Func<string, string> printable) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <summary>
    /// Makes stdout and stderr safe until the result is disposed. A message on stderr is one line: a name cannot begin another one.
    /// </summary>
    public static IDisposable OnBoth()
    {
        var (output, errors) = (Console.Out, Console.Error);
        Console.SetOut(new PrintableWriter(new ResultWriter(output), Printable.Lines));
        Console.SetError(new PrintableWriter(errors, Printable.Line));
        return new Before(output, errors);
    }

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc/>
    public override void WriteLine() => inner.WriteLine();

    /// <inheritdoc/>
    public override void WriteLine(string? value) => inner.WriteLine(printable(value ?? ""));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    private sealed class Before(TextWriter output, TextWriter errors) : IDisposable
    {
        public void Dispose()
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
