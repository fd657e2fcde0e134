namespace SslFramework.Host.Processes;

/// <summary>How a training finds the processes that it runs in.</summary>
internal enum GroupChoice
{
    /// <summary>
    /// MPI where its launcher started the program several times, with NCCL where there are GPUs and it; else one process.
    /// </summary>
    Auto,

    /// <summary>One process, whatever started it.</summary>
    Single,

    /// <summary>The processes that an MPI launcher started; what is on GPUs goes through the processors' memory.</summary>
    Mpi,

    /// <summary>The same, with a GPU each, between which NCCL exchanges.</summary>
    Nccl,
}
