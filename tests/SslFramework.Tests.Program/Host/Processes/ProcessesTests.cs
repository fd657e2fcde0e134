using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Processes;

/// <summary>Who trains in one process has nothing to do with MPI: what the loader of native libraries writes down tells.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class ProcessesTests
{
    private static readonly string[] OfSeveral = ["mpi", "nccl", "open-pal", "open-rte", "libucp", "libfabric"];

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-processes-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Train_WithoutALauncher_LooksForNoLibraryOfSeveralProcesses()
    {
        var (code, found, errors) = Found("quickstart");
        Assert.AreEqual(0, code, errors);
        Assert.IsTrue(found.Exists(library => library.Contains("LibTorchSharp", StringComparison.Ordinal)), "The loader has told nothing.");
        Assert.IsEmpty(found.Where(library => OfSeveral.Any(name => library.Contains(name, StringComparison.OrdinalIgnoreCase))));
    }

    [TestMethod]
    public void Train_WithALauncher_LooksForItsLibraryFirst()
    {
        var (code, found, errors) = Found("quickstart", "OMPI_COMM_WORLD_SIZE=2", "SSL_MPI_LIBRARY=libmpi-of-nobody.so.1");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        Assert.Contains("No MPI library could be loaded (libmpi-of-nobody.so.1)", errors);
        Assert.Contains("libmpi-of-nobody.so.1", found);
        Assert.IsFalse(found.Exists(library => library.Contains("LibTorchSharp", StringComparison.Ordinal)));
    }

    /// <summary>What a training of a step makes the loader look for by name, and the names of the files that it loads.</summary>
    private (int Code, List<string> Libraries, string Errors) Found(string method, params string[] variables)
    {
        // No launcher above these tests has a say.
        string[] without = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_PROCID", "SSL_MPI_LIBRARY"];
        using var process = new SmallProcess(
            "/usr/bin/env",
            [
                .. without.SelectMany(name => new[] { "-u", name }), "LD_DEBUG=libs", $"LD_DEBUG_OUTPUT={Path.Combine(folder, "loader")}", .. variables,
                SmallProcess.Ssl, .. SmallProcess.Arguments(method, folder, "--steps", "1"),
            ]);
        var (code, errors) = process.End();
        return (code, [.. from file in Directory.GetFiles(folder, "loader.*")
            from line in File.ReadLines(file)
            from mark in new[] { "find library=", "calling init: " }
            let start = line.IndexOf(mark, StringComparison.Ordinal)
            where start >= 0
            select Path.GetFileName(line[(start + mark.Length)..].Split(' ')[0])], errors);
    }
}
