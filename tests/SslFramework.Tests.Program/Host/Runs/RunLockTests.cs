using SslFramework.Host.Runs;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Runs;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class RunLockTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-lock-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void TryTake_WhileAnotherHasIt_IsNothing()
    {
        using (var first = RunLock.TryTake(folder))
        {
            Assert.IsTrue(first!.IsSafe);
            Assert.IsNull(RunLock.TryTake(folder));
        }

        using var next = RunLock.TryTake(folder);
        Assert.IsNotNull(next);
    }

    [TestMethod]
    public void Dispose_OfTheHolder_LeavesTheFileThatOthersWaitFor()
    {
        // Who has opened the file before its holder ends locks it afterwards; a third one must meet that same file.
        var file = Path.Combine(folder, RunLock.FileName);
        RunLock.TryTake(folder)!.Dispose();
        using var waiting = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.IsNull(RunLock.TryTake(folder));
    }

    /// <summary>Who holds the lock may delete its file: nobody holds one that is no more, beside another who holds the new one.</summary>
    [TestMethod]
    public void TryTake_WhileHoldersDeleteTheFile_IsForOneAtATime()
    {
        var (file, holders, taken) = (Path.Combine(folder, RunLock.FileName), 0, 0);
        var end = TimeProvider.System.GetTimestamp() + TimeProvider.System.TimestampFrequency;
        Parallel.For(0, 4, _ =>
        {
            while (TimeProvider.System.GetTimestamp() < end)
            {
                if (RunLock.TryTake(folder) is not { } held)
                {
                    continue;
                }

                Assert.AreEqual(1, Interlocked.Increment(ref holders));
                Assert.IsTrue(File.Exists(file));
                Interlocked.Increment(ref taken);
                Interlocked.Decrement(ref holders);
                File.Delete(file);
                held.Dispose();
            }
        });
        Assert.IsGreaterThan(10, taken);
    }

    [TestMethod]
    public void Train_WhereLocksAreSwitchedOff_SaysSo()
    {
        using var process = new SmallProcess(
            "/usr/bin/env", ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1", SmallProcess.Ssl, .. SmallProcess.Arguments("quickstart", folder, "--steps", "1")]);
        var (code, errors) = process.End();
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "cannot be locked");
        Assert.DoesNotContain("cannot be locked", SslProgram.Run([.. SmallProcess.Arguments("quickstart", folder), "--steps", "2"]).Errors);
    }
}
