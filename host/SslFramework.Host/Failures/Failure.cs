using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Failures;

/// <summary>Turns every failure into one sentence for a person and an exit code.</summary>
public static class Failure
{
    /// <summary>Runs a command's work; a failure becomes a sentence on stderr.</summary>
    public static int Guarded(Func<ExitCode> work, bool trace = false)
    {
        try
        {
            return (int)work();
        }
        catch (Exception e)
        {
            return (int)Tell(e, trace);
        }
    }

    /// <summary>A failure on stderr, a line for each sentence, and how the process ends.</summary>
    public static ExitCode Tell(Exception e, bool trace)
    {
        var (code, explained) = Explain(e);
        var sentences = e is ExperimentException known ? known.Sentences : [explained]; // an experiment's mistakes are told all at once
        foreach (var sentence in sentences)
        {
            Console.Error.WriteLine($"error: {Printable.Line(sentence.TrimEnd())}");
        }

        foreach (var line in trace ? Trace(e).Split('\n') : [])
        {
            Console.Error.WriteLine(Printable.Line(line.TrimEnd('\r')));
        }

        return code;
    }

    /// <summary>Whether memory ran out, of the runtime, the tensor library or a GPU.</summary>
    public static bool IsOutOfMemory(Exception e) =>
        e is OutOfMemoryException
        || e.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where it was thrown, outermost first. The native frames that libtorch writes into its messages come last.</summary>
    private static string Trace(Exception e)
    {
        var (managed, native) = (new StringBuilder(), new StringBuilder());
        for (var at = e; at is not null; at = at.InnerException)
        {
            var (first, rest) = at is ExternalException && at.Message.Split('\n', 2) is [var line, var more]
                ? (line, more)
                : (at.Message, "");
            managed.AppendLine(CultureInfo.InvariantCulture, $"{at.GetType().FullName}: {first}").AppendLine(at.StackTrace);
            native.Append(rest);
        }

        return $"{managed}{native}".TrimEnd();
    }

    /// <summary>What a person is told of a failure.</summary>
    public static (ExitCode Code, string Sentence) Explain(Exception e)
    {
        var first = e.Message.Split('\n')[0].TrimEnd();
        return e switch
        {
            ExperimentException known => (known.ExitCode, known.Message),
            _ when IsOutOfMemory(e) =>
                (ExitCode.OutOfMemory, $"Memory ran out ({first}); "
                    + "lower \"training.batchSize\", or raise \"training.accumulation\" to cut the batch into smaller portions."),
            _ when PluginFault.Find(e) is { } fault => (ExitCode.Plugin, fault.Sentence),
            IOException or UnauthorizedAccessException => (ExitCode.Storage, Storage(e, first)),
            _ => (ExitCode.Internal, $"{e.GetType().Name}: {first} (this is a bug in SslFramework; --trace shows where)"),
        };
    }

    /// <summary>The system's words, which do not always say what they are about, with what can be done.</summary>
    private static string Storage(Exception e, string first)
    {
        var file = (e as FileNotFoundException)?.FileName;
        var about = file is null || first.Contains(file, StringComparison.Ordinal) ? "" : $"'{file}': ";
        return $"A file or folder could not be read or written ({about}{first.TrimEnd('.')}); "
            + "check that it is there, its permissions and the free space. --trace shows what it was needed for.";
    }
}
