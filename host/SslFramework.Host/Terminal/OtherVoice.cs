using System.Text;

namespace SslFramework.Host.Terminal;

/// <summary>The stderr of a process that is not the first of several: errors alone, with its number.</summary>
internal sealed class OtherVoice(TextWriter inner, int rank) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value)
    {
    }

    /// <inheritdoc/>
    public override void Write(string? value)
    {
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        if (value?.StartsWith(Messages.ErrorMark, StringComparison.Ordinal) == true)
        {
            inner.WriteLine($"process {rank}: {value}");
        }
    }
}
