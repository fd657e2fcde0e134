using System.Globalization;

namespace SslFramework.Engine.Distributed.Mpi;

/// <summary>What started this process as one of several, by the variables that it sets.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Processes">How many it started.</param>
/// <param name="Libraries">MPI libraries that understand it, the likeliest first.</param>
internal sealed record Launcher(string Name, int Processes, IReadOnlyList<string> Libraries)
{
    /// <summary>This environment variable names the file of the MPI library.</summary>
    public const string LibraryVariable = "SSL_MPI_LIBRARY";

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi_abi.so.1", "libmpi.so"];
    private static readonly string[] Mpich = ["libmpich.so.12", "libmpi_abi.so.1", "libmpi.so.12", "libmpi.so"];

    /// <summary>The launcher of several processes, or null.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static Launcher? Of(Func<string, string?> variable)
    {
        // Slurm's SLURM_NTASKS is there in a batch script too, which is one process.
        Launcher[] known =
        [
            new("the mpirun of Open MPI", Number("OMPI_COMM_WORLD_SIZE"), OpenMpi),
            new("the mpirun of MPICH", Number("PMI_SIZE"), Mpich),
            new("srun", variable("SLURM_PROCID") is null ? 1 : Number("SLURM_STEP_NUM_TASKS"), [.. OpenMpi, .. Mpich]),
        ];
        var found = known.FirstOrDefault(launcher => launcher.Processes > 1);
        return variable(LibraryVariable) is { Length: > 0 } named && found is not null ? found with { Libraries = [named] } : found;

        int Number(string name) => int.TryParse(variable(name), CultureInfo.InvariantCulture, out var value) ? value : 1;
    }
}
