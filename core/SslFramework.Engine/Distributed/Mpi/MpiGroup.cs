using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SslFramework.Core.Distributed;

namespace SslFramework.Engine.Distributed.Mpi;

/// <summary>
/// The processes that an MPI launcher started. One thread makes every call to the library, in the order in which they are requested,
/// so that gradients can be exchanged while more are computed; tensors on a GPU go through the processor's memory.
/// </summary>
internal sealed unsafe class MpiGroup : IProcessGroup
{
    private const int MostElements = 1 << 30; // per call, because its counts are ints
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(5);

    private readonly MpiLibrary mpi;
    private readonly BlockingCollection<Action> calls = [];
    private readonly Thread thread;
    private volatile string? waiting;
    private bool disposed;

    private MpiGroup(MpiLibrary mpi)
    {
        this.mpi = mpi;
        thread = new Thread(MakeCalls) { Name = "mpi", IsBackground = true };
        thread.Start();
        Ask("the start of MPI", Start).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public int Rank { get; private set; }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public int LocalRank { get; private set; }

    /// <inheritdoc/>
    public string? Waiting => waiting;

    /// <summary>The library and its version, on one line.</summary>
    public string Library { get; private set; } = "";

    /// <summary>
    /// Whether the launcher may report success although a process exited with another code: MPICH's sometimes does, on
    /// a busy machine (https://github.com/pmodels/mpich/issues/7057). The code of <see cref="Abort"/> always arrives.
    /// </summary>
    public bool LosesExitCodes => Library.Contains("MPICH", StringComparison.Ordinal);

    /// <summary>Joins the processes that were started together. A process can do so once.</summary>
    /// <param name="launcher">The program that started them.</param>
    /// <exception cref="ExperimentException">There is no MPI library, or it is not the launcher's.</exception>
    public static MpiGroup Join(Launcher launcher)
    {
        var group = new MpiGroup(MpiLibrary.Load(launcher.Libraries));
        if (group.Count == launcher.Processes)
        {
            return group;
        }

        var (count, library) = (group.Count, group.Library);
        group.Dispose();
        throw new ExperimentException(
            FailureKind.Config,
            $"{launcher.Name} started {launcher.Processes} processes, "
            + $"but for the MPI library {library} there {(count == 1 ? "is 1" : $"are {count}")}: they do not belong together. "
            + $"Start the program with the mpirun of that library, or name the launcher's own in {Launcher.LibraryVariable}.");
    }

    /// <inheritdoc/>
    public Task BeginSum(Tensor values)
    {
        var type = values.dtype switch
        {
            ScalarType.Float32 => mpi.Float32,
            ScalarType.Float64 => mpi.Float64,
            ScalarType.Int64 => mpi.Int64,
            _ => throw ProcessGroupExtensions.NotSummable(values),
        };
        var (size, count) = (values.ElementSize, values.numel());
        return WithMemory("a sum", values, start =>
        {
            for (var done = 0L; done < count; done += MostElements)
            {
                var elements = (int)Math.Min(MostElements, count - done);
                Check(mpi.AllReduce(mpi.InPlace, start + (done * size), elements, type, mpi.SumOperation, mpi.World));
            }
        });
    }

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all)
    {
        if (own.dtype != all.dtype || own.numel() * Count != all.numel())
        {
            throw new ArgumentException(
                $"The tensors of {Count} processes need {own.numel() * Count} elements of {own.dtype}, "
                + $"but there are {all.numel()} of {all.dtype}.",
                nameof(all));
        }

        // Sends units of eight bytes if possible, because counts are ints.
        var bytes = own.numel() * own.ElementSize;
        var (type, count) = bytes % sizeof(double) == 0 ? (mpi.Float64, (int)(bytes / sizeof(double))) : (mpi.Bytes, checked((int)bytes));
        if (bytes == 0)
        {
            return;
        }

        using var source = own.cpu();
        WithMemory("a gather", all, start =>
        {
            Check(mpi.AllGather(Start(source), count, type, start, count, type, mpi.World));
        }).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        var bytes = values.numel() * values.ElementSize;
        WithMemory("a broadcast", values, start =>
        {
            for (var done = 0L; done < bytes; done += MostElements)
            {
                Check(mpi.Broadcast(start + done, (int)Math.Min(MostElements, bytes - done), mpi.Bytes, 0, mpi.World));
            }
        }).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Abort(int exitCode)
    {
        // Not on the thread of the calls: it may be waiting for a process that is gone.
        var abort = new Thread(() => mpi.Abort(mpi.World, exitCode)) { IsBackground = true };
        abort.Start();
        abort.Join(AbortPatience);
    }

    /// <summary>Waits for all processes and leaves the group.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            Ask("the end of MPI", () => Check(mpi.Finish())).GetAwaiter().GetResult();
            calls.CompleteAdding();
            thread.Join();
            calls.Dispose();
        }
    }

    private void Start()
    {
        int given, rank, count, local;
        Check(mpi.InitThread(0, 0, mpi.Funneled, &given));
        Check(mpi.CommSetErrorHandler(mpi.World, mpi.ErrorsReturn));
        Check(mpi.CommRank(mpi.World, &rank));
        Check(mpi.CommSize(mpi.World, &count));
        nint machine = 0;
        Check(mpi.CommSplitType(mpi.World, mpi.SharedMemory, rank, mpi.NoInfo, &machine));
        Check(mpi.CommRank(machine, &local));
        Check(mpi.CommFree(&machine));
        (Rank, Count, LocalRank, Library) = (rank, count, local, $"{mpi.Name} ({mpi.Version})");
    }

    private delegate void Call(byte* start);

    /// <summary>Makes a call on a tensor's memory, which is copied there and back if it is not on the processor.</summary>
    private Task WithMemory(string what, Tensor values, Call call)
    {
        if (!values.is_contiguous())
        {
            throw new ArgumentException("Only contiguous tensors can be exchanged.", nameof(values));
        }

        if (values.numel() == 0)
        {
            return Task.CompletedTask;
        }

        if (values.device_type == DeviceType.CPU)
        {
            var start = Start(values);
            return Ask(what, () =>
            {
                call(start);
                GC.KeepAlive(values);
            });
        }

        using var copy = values.cpu();
        var there = Start(copy);
        Ask(what, () => call(there)).GetAwaiter().GetResult();
        using var gradient = no_grad();
        values.copy_(copy);
        return Task.CompletedTask;
    }

    // Address of the first element: Tensor.bytes ends at 2 GB. Native memory does not move.
    private static byte* Start(Tensor values)
    {
        using var first = values.detach().view(-1).narrow(0, 0, 1);
        fixed (byte* start = first.bytes)
        {
            return start;
        }
    }

    private Task Ask(string what, Action call)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        calls.Add(() =>
        {
            waiting = what;
            try
            {
                call();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }

            waiting = null;
        });
        return done.Task;
    }

    private void MakeCalls()
    {
        foreach (var call in calls.GetConsumingEnumerable())
        {
            call();
        }
    }

    private void Check(int code)
    {
        if (code != 0)
        {
            throw new ExperimentException(FailureKind.Internal, $"MPI failed: {mpi.Error(code)}");
        }
    }
}
