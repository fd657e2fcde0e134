using System.Globalization;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Runs;

/// <summary><c>journal.md</c>: what happened to a run, a dated line each, over all its starts. Never stops the run.</summary>
internal sealed class Journal(string path, TimeProvider time)
{
    /// <summary>Appends a line.</summary>
    public void Write(string sentence)
    {
        try
        {
            var now = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            File.AppendAllText(path, $"- {now} UTC: {sentence.ReplaceLineEndings(" ")}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The run matters more than its diary.
        }
    }

    /// <summary>Says it on the terminal too.</summary>
    public void Warn(string sentence)
    {
        Messages.Warn(sentence);
        Write(sentence);
    }
}
