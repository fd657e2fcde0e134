using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Failures;

/// <summary>Turns every failure into one sentence for a person and an exit code.</summary>
internal static class Failure
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
        var (kind, explained) = Explain(e);
        var sentences = e is ExperimentException known ? known.Sentences : [explained]; // an experiment's mistakes are told all at once
        foreach (var sentence in sentences)
        {
            Messages.Error(sentence.TrimEnd());
        }

        foreach (var line in trace ? Trace(e).Split('\n') : [])
        {
            Messages.Say(line.TrimEnd('\r'));
        }

        return e is StoppedException stopped ? stopped.Code : ExitCodes.Of(kind);
    }

    /// <summary>What an exception says of its cause.</summary>
    public static FailureCause CauseOf(Exception e) => e switch
    {
        OutOfMemoryException => FailureCause.OutOfMemory,
        _ when SaysOutOfMemory(e.Message) => FailureCause.OutOfMemory,
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => FailureCause.Missing,
        IOException => FailureCause.Storage,
        _ => FailureCause.Unknown,
    };

    /// <summary>The tensor library and CUDA have no type of exception for it.</summary>
    private static bool SaysOutOfMemory(string message) =>
        message.Contains("can't allocate memory", StringComparison.Ordinal)
        || message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

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
    public static (FailureKind Kind, string Sentence) Explain(Exception e)
    {
        if (e is ExperimentException known)
        {
            return (known.Kind, known.Message);
        }

        var (first, cause) = (e.Message.Split('\n')[0].TrimEnd(), CauseOf(e));
        return cause == FailureCause.OutOfMemory ? (FailureKind.OutOfMemory, Memory(first))
            : PluginFault.Find(e) is { } fault ? (FailureKind.Plugin, fault.Sentence)
            : cause is FailureCause.Missing or FailureCause.Storage ? (FailureKind.Storage, Storage(e, first))
            : e is StoppedException ? (FailureKind.Usage, e.Message)
            : (FailureKind.Internal, $"{e.GetType().Name}: {first} (this is a bug in SslFramework; --trace shows where)");
    }

    private static string Memory(string first) =>
        $"Memory ran out ({first}); "
        + "lower \"training.batchSize\", or raise \"training.accumulation\" to cut the batch into smaller portions.";

    /// <summary>The system's words, which do not always say what they are about, with what can be done.</summary>
    private static string Storage(Exception e, string first)
    {
        var file = (e as FileNotFoundException)?.FileName;
        var about = file is null || first.Contains(file, StringComparison.Ordinal) ? "" : $"'{file}': ";
        return $"A file or folder could not be read or written ({about}{first.TrimEnd('.')}); "
            + "check that it is there, its permissions and the free space. --trace shows what it was needed for.";
    }
}
