using System.Diagnostics;

namespace SslFramework.Engine.Faults;

/// <summary>The faults that a run was asked to inject: <c>--inject</c>.</summary>
internal sealed class FaultPlan(IReadOnlyList<Fault> faults)
{
    private readonly HashSet<Fault> spent = [];

    /// <summary>Whether nothing goes wrong.</summary>
    public bool IsEmpty => faults.Count == 0;

    /// <summary>Parses a plan from the command line.</summary>
    /// <param name="texts">One fault per text.</param>
    /// <param name="process">This process's number; faults of others are left out.</param>
    /// <exception cref="ExperimentException">One of the texts is not a fault.</exception>
    public static FaultPlan Parse(IEnumerable<string> texts, int process = 0) =>
        new([.. texts.Select(Fault.Parse).Where(fault => fault.Process is null || fault.Process == process)]);

    /// <summary>The faults that happen now.</summary>
    /// <param name="inSave">Whether this is a disk call for a checkpoint; otherwise it is a step.</param>
    /// <param name="number">Number of the call or step, from 1.</param>
    /// <param name="kinds">Kinds of faults that the caller can cause.</param>
    public IEnumerable<FaultKind> Due(bool inSave, long number, params IReadOnlyCollection<FaultKind> kinds)
    {
        foreach (var fault in faults)
        {
            if (fault.InSave == inSave
                && fault.First <= number
                && number <= fault.Last
                && kinds.Contains(fault.Kind)
                && (spent.Add(fault) || !fault.Once))
            {
                yield return fault.Kind;
            }
        }
    }

    /// <summary>Ends or delays the process, or throws what a call can fail with.</summary>
    /// <param name="kind">A fault of the process or of the disk.</param>
    /// <param name="what">Names the call, for the message.</param>
    /// <exception cref="IOException">A fault of the disk.</exception>
    /// <exception cref="UnauthorizedAccessException"><see cref="FaultKind.Eacces"/>.</exception>
    public static void Strike(FaultKind kind, string what)
    {
        switch (kind)
        {
            case FaultKind.Kill:
                using (var self = Process.GetCurrentProcess())
                {
                    self.Kill();
                }

                Thread.Sleep(Timeout.Infinite);
                break;
            case FaultKind.Exit:
#pragma warning disable RS0030 // This is the fault: a run that ends like this must not look like a completed one.
                Environment.Exit(0);
#pragma warning restore RS0030
                break;
            case FaultKind.Slow:
                Thread.Sleep(50);
                break;
            case FaultKind.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case FaultKind.Enospc:
                throw new IOException($"No space left on device : '{what}' (injected)");
            case FaultKind.Eio:
                throw new IOException($"Input/output error : '{what}' (injected)");
            case FaultKind.Emfile:
                throw new IOException($"Too many open files : '{what}' (injected)");
            case FaultKind.Eacces:
                throw new UnauthorizedAccessException($"Access to the path '{what}' is denied (injected).");
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is of the loss.");
        }
    }
}
