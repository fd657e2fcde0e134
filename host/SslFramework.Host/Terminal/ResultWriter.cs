using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>Results to stdout: where they cannot be written, the program says so, and does not end as if they had been.</summary>
/// <param name="inner">Stdout.</param>
internal sealed class ResultWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine() => Try(inner.WriteLine);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                FailureKind.Storage,
                $"The results could not be written to standard output ({e.Message.TrimEnd('.')}): "
                + "it is closed, or the disk behind it is full; send it elsewhere, and run the command again.", e);
        }
    }
}
