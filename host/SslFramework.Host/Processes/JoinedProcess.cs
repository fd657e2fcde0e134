using SslFramework.Core.Distributed;
using SslFramework.Engine.Distributed.Mpi;
using SslFramework.Engine.Distributed.Nccl;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Processes;

/// <summary>
/// The life of a process among several: it joins them before anything else, the first one speaks for all, and an error in one
/// ends all.
/// </summary>
internal static class JoinedProcess
{
    // What goes wrong in all of them is told once, by the first; what goes wrong in another one alone, by that.
    private static readonly TimeSpan FirstOneSpeaks = TimeSpan.FromSeconds(1);

    /// <summary>Does a command's work as one of the processes that were started together. One alone looks for no library.</summary>
    /// <exception cref="ExperimentException">There are several, and no MPI library that belongs to their launcher.</exception>
    public static ExitCode Run(GroupChoice choice, bool trace, Func<IProcessGroup, ExitCode> work)
    {
        var launcher = choice == GroupChoice.Single ? null : Launcher.Of(Environment.GetEnvironmentVariable);
        if (launcher is null)
        {
            return choice is GroupChoice.Mpi or GroupChoice.Nccl
                ? throw new ExperimentException(
                    FailureKind.Usage,
                    $"--group {choice.ToString().ToLowerInvariant()} is for a program that mpirun or srun started several times, "
                    + "as in 'mpirun -n 2 ssl train …'; leave it out for one process.")
                : work(SingleProcess.Instance);
        }

        var processes = MpiGroup.Join(launcher);
        IProcessGroup group = processes;
        AppDomain.CurrentDomain.ProcessExit += LeftEarly;
        if (group.Rank > 0)
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(new OtherVoice(Console.Error, group.Rank));
        }

        try
        {
            group = WithGpus(group, choice);
            var code = work(group);
            if (code != ExitCode.Success && processes.LosesExitCodes)
            {
                group.Barrier();
                group.Abort((int)code);
            }

            group.Dispose();
            AppDomain.CurrentDomain.ProcessExit -= LeftEarly;
            return code;
        }
        catch (Exception e)
        {
            if (group.Rank > 0)
            {
                Thread.Sleep(FirstOneSpeaks);
            }

            group.Abort((int)Failure.Tell(e, trace));
            throw;
        }
    }

    private static IProcessGroup WithGpus(IProcessGroup processes, GroupChoice choice)
    {
        var isOwn = OwnGpu.Take(processes.LocalRank) && torch.cuda.is_available();
        if (choice == GroupChoice.Mpi || !processes.All(isOwn))
        {
            return choice == GroupChoice.Nccl
                ? throw new ExperimentException(
                    FailureKind.Config,
                    $"--group nccl is for processes with a GPU each, and {(isOwn ? "another one" : $"process {processes.Rank}")} has none; "
                    + "start as many on a machine as it has GPUs, or leave it out.")
                : processes;
        }

        if (NcclLibrary.Find() is { } library)
        {
            return new NcclGroup(processes, library);
        }

        const string Missing = "There is no NCCL library (libnccl.so.2, or inside libtorch_cuda.so)";
        if (choice == GroupChoice.Nccl)
        {
            throw new ExperimentException(
                FailureKind.Config, $"{Missing}; install NVIDIA's libnccl2, or name its file in {NcclLibrary.Variable}.");
        }

        Messages.Warn($"{Missing}: gradients go through the processors' memory, which is slow; install NVIDIA's libnccl2.");
        return processes;
    }

    /// <summary>MPICH takes a process that ends with 0 for one that is done, wherever it is.</summary>
    private static void LeftEarly(object? sender, EventArgs e) => Environment.ExitCode = (int)ExitCode.Left;
}
