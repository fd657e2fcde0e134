using SslFramework.Engine.Distributed.Mpi;

namespace SslFramework.Tests.Engine.Distributed.Mpi;

[TestClass]
internal class LauncherTests
{
    [TestMethod]
    [DataRow("the mpirun of Open MPI", 4, "libmpi.so.40", "OMPI_COMM_WORLD_SIZE=4")]
    [DataRow("the mpirun of MPICH", 2, "libmpich.so.12", "PMI_SIZE=2", "PMI_RANK=1")]
    [DataRow("srun", 8, "libmpi.so.40", "SLURM_PROCID=3", "SLURM_STEP_NUM_TASKS=8")]
    [DataRow("the mpirun of MPICH", 2, "/opt/libmpi.so", "PMI_SIZE=2", "SSL_MPI_LIBRARY=/opt/libmpi.so")]
    public void Of_Variables_IsWhoSetThem(string name, int processes, string library, params string[] variables)
    {
        var launcher = Launcher.Of(Reading(variables));
        Assert.IsNotNull(launcher);
        Assert.AreEqual((name, processes, library), (launcher.Name, launcher.Processes, launcher.Libraries[0]));
    }

    [TestMethod]
    [DataRow]
    [DataRow("OMPI_COMM_WORLD_SIZE=1")]
    [DataRow("SLURM_NTASKS=8")]
    [DataRow("SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=1")]
    [DataRow("SSL_MPI_LIBRARY=/opt/libmpi.so")]
    public void Of_OneProcess_IsNobody(params string[] variables) => Assert.IsNull(Launcher.Of(Reading(variables)));

    private static Func<string, string?> Reading(string[] variables) =>
        name => variables.FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
