using System.Globalization;

namespace SslFramework.Tests;

/// <summary>Several processes of <c>ssl</c> under the launcher of an MPI library, where it is installed.</summary>
internal static class Mpirun
{
    // As root, on one machine, without a network; one thread each, because launchers bind processes to cores. Open MPI's launcher waits
    // so many seconds before it passes SIGTERM on, and as many before it kills: one, which it takes by itself, is too short for a save on a busy machine.
    private static readonly string[] Variables =
    [
        "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "OMPI_MCA_btl=self,vader", "OMPI_MCA_btl_vader_single_copy_mechanism=none",
        "OMPI_MCA_oob_tcp_if_include=lo", "OMPI_MCA_rmaps_base_oversubscribe=1", "OMPI_MCA_hwloc_base_binding_policy=core:overload-allowed", "OMP_NUM_THREADS=1", "TERM=dumb",
        "OMPI_MCA_odls_base_sigkill_timeout=2",
    ];

    /// <summary>Starts so many processes.</summary>
    /// <param name="launcher"><c>openmpi</c> or <c>mpich</c>, as Debian's alternatives name them.</param>
    /// <param name="count">Of the processes.</param>
    /// <param name="variables">Environment variables, <c>NAME=VALUE</c>.</param>
    /// <param name="arguments">Of <c>ssl</c>.</param>
    public static SmallProcess Start(string launcher, int count, string[] variables, params string[] arguments)
    {
        var program = $"/usr/bin/mpirun.{launcher}";
        if (!File.Exists(program))
        {
            Assert.Inconclusive($"{program} is not installed (Debian: {(launcher == "mpich" ? "mpich" : "openmpi-bin")}); nothing is known of several processes under it.");
        }

        return new SmallProcess("/usr/bin/env", [.. Variables, .. variables, program, "-n", $"{count}", SmallProcess.Ssl, .. arguments]);
    }

    /// <summary>Trains a method's small experiment in two processes to the end.</summary>
    public static (int Code, string Errors) Train(string launcher, string method, string folder, params string[] more)
    {
        using var process = Start(launcher, 2, [], SmallProcess.Arguments(method, folder, more));
        return process.End();
    }

    /// <summary>The processes of <c>ssl</c> that a launcher has under it, in the order in which it started them.</summary>
    public static int[] Ranks(SmallProcess launcher)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<(int Id, string Name, int Parent)>().ToList();
        var under = new HashSet<int> { launcher.Id };
        while (all.Exists(process => under.Contains(process.Parent) && under.Add(process.Id)))
        {
        }

        return [.. all.Where(process => under.Contains(process.Id) && process.Name == "ssl").Select(process => process.Id).Order()];

        static (int Id, string Name, int Parent)? Read(int id)
        {
            try
            {
                // 17 (ssl) S 12 …
                var stat = File.ReadAllText($"/proc/{id}/stat");
                var end = stat.LastIndexOf(')');
                return (id, stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], int.Parse(stat[(end + 4)..].Split(' ')[0], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                return null; // it has ended meanwhile
            }
        }
    }

    /// <summary>Waits a few seconds until processes are no more.</summary>
    public static void AssertGone(int[] processes) => Assert.IsTrue(
        SpinWait.SpinUntil(() => !Array.Exists(processes, id => Directory.Exists($"/proc/{id}")), TimeSpan.FromSeconds(10)), "A process has outlived its launcher.");
}
