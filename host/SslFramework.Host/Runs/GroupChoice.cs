namespace SslFramework.Host.Runs;

/// <summary>How a training finds the processes that it runs in.</summary>
public enum GroupChoice
{
    /// <summary>MPI where its launcher started the program several times, else one process.</summary>
    Auto,

    /// <summary>One process, whatever started it.</summary>
    Single,

    /// <summary>The processes that an MPI launcher started.</summary>
    Mpi,
}
