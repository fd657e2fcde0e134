using System.Diagnostics;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Reliability;

/// <summary>A disk that is full, read-only or refuses calls, as the kernel makes it. Needs root, or strace; else it says so.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class StorageTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-storage-").FullName;
    private string? mounted;

    [TestCleanup]
    public void Delete()
    {
        if (mounted is not null)
        {
            Shell("umount", "-l", mounted);
        }

        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Case("C5")]
    [Case("C6")]
    public void Train_DiskOf8MegabytesFull_KeepsTheOldCheckpointsAndEndsTheSameOnceThereIsSpace()
    {
        var disk = Mount("size=8m");
        Train(disk, "--steps", "6");
        var filler = Path.Combine(disk, "filler");
        using (var fill = File.Create(filler))
        {
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    fill.Write(block);
                    fill.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        var (code, errors) = Train(disk);
        Assert.AreEqual((int)ExitCode.Storage, code, errors);
        Assert.Contains("MB are free", errors);
        Assert.DoesNotContain("Going on", errors, "no step is taken that could not be saved");
        CollectionAssert.AreEqual(
            new[] { "step-000000004", "step-000000006" },
            Directory.GetDirectories(Path.Combine(disk, "quickstart", "checkpoints")).Select(Path.GetFileName).Where(name => name!.StartsWith("step", StringComparison.Ordinal)).Order().ToArray());

        File.Delete(filler);
        (code, errors) = Train(disk);
        Assert.AreEqual(0, code, errors);
        Assert.Contains("Going on from step 6", errors);
        Assert.AreEqual(0, Train(folder).Code);
        SmallRuns.AssertSame(SmallRuns.Outcome(Path.Combine(folder, "quickstart")), Path.Combine(disk, "quickstart"));
        Figures.Add("Runs on a tmpfs of 8 MB that fills up: old checkpoints whole, exit 9 with sizes, then the same end", 1);
    }

    [TestMethod]
    [Case("C7")]
    public void Train_ReadOnlyDisk_IsRefusedAtStart()
    {
        var disk = Mount("size=8m,ro");
        var (code, errors) = Train(disk);
        Assert.AreEqual((int)ExitCode.Storage, code, errors);
        Assert.Contains("cannot be made", errors);
    }

    [TestMethod]
    [Case("C4")]
    [Case("C26")]
    [DataRow("fsync:error=EIO:when=3+", "error 5")]
    [DataRow("rename:error=EACCES:when=3+", "denied")]
    public void Train_KernelRefusesACall_IsNotSwallowed(string injection, string sentence)
    {
        if (!File.Exists("/usr/bin/strace"))
        {
            Assert.Inconclusive("skipped: needs strace");
        }

        using var process = new SmallProcess(
            "/usr/bin/strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,rename", "-e", $"inject={injection}",
            SmallProcess.Ssl, .. SmallProcess.Arguments("quickstart", folder)]);
        var (code, errors) = process.End();
        Assert.AreEqual((int)ExitCode.Storage, code, errors);
        Assert.Contains(sentence, errors);

        var (resumed, more) = Train(folder);
        Assert.AreEqual(0, resumed, more);
        Assert.DoesNotContain("damaged", more);
    }

    private (int Code, string Errors) Train(string runs, params string[] more)
    {
        var (code, _, errors) = SslProgram.Run(["train", SmallRuns.Write("quickstart", folder), "--runs", runs, "--set", "name=quickstart", .. more]);
        return (code, errors);
    }

    private string Mount(string options)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, "disk")).FullName;
        if (Environment.UserName != "root" || Shell("mount", "-t", "tmpfs", "-o", options, "none", path) != 0)
        {
            Assert.Inconclusive("skipped: needs root, to mount a small disk");
        }

        return mounted = path;
    }

    private static int Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
