using System.Diagnostics;

namespace SslFramework.Tests.Reliability;

[TestClass]
public class LeakTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-leaks-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [Case("C24")]
    [OSCondition(OperatingSystems.Linux)]
    public void Train_AgainAndAgain_LeavesNoFileOpenAndNoThreadBehind()
    {
        Train("warm-0");
        Train("warm-1");
        var (files, threads) = Held();
        for (var i = 0; i < 4; i++)
        {
            Train($"run-{i}");
        }

        var (filesAfter, threadsAfter) = Held();
        Assert.IsLessThanOrEqualTo(files + 2, filesAfter, "open files"); // the runtime's own come and go
        Assert.IsLessThanOrEqualTo(threads + 2, threadsAfter, "threads");
    }

    private void Train(string name)
    {
        var (code, _, errors) = SslProgram.Run([.. SmallProcess.Arguments("quickstart", folder), "--set", $"name={name}", "--set", "training.loaderThreads=3"]);
        Assert.AreEqual(0, code, errors);
    }

    private static (int Files, int Threads) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return (Directory.GetFiles("/proc/self/fd").Length, self.Threads.Count);
    }
}
