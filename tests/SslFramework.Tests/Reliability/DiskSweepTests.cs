using SslFramework.Core.Storage;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// The N-th call to the disk fails, for N = 1, 2, 3 … until a save goes through without meeting the fault (the way SQLite is
/// tested, https://sqlite.org/testing.html).
/// </summary>
[TestClass]
public sealed class DiskSweepTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ssl-sweep-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [TestMethod]
    [Case("C4")]
    [Case("C26")]
    [DataRow("enospc")]
    [DataRow("eio")]
    [DataRow("eacces")]
    [DataRow("emfile")]
    public void Save_NthCallFails_NoHalfCheckpointIsEverTakenAndNoWholeOneLost(string fault)
    {
        var call = 1;
        for (var met = true; met; call++)
        {
            var folder = Path.Combine(root, $"{call}");
            using var training = new TinyTraining();
            Save(folder, Disk.Instance, training.Take());
            Save(folder, Disk.Instance, training.Take());
            var before = training.Numbers;
            training.Take();

            met = false;
            var plan = FaultPlan.Parse([$"{fault}@save:{call}"]);
            var disk = new FaultyDisk(Disk.Instance, (number, what) =>
            {
                foreach (var kind in plan.Due(inSave: true, number, FaultKind.Enospc, FaultKind.Eio, FaultKind.Eacces, FaultKind.Emfile))
                {
                    met = true;
                    FaultPlan.Strike(kind, what);
                }
            });
            var saved = true;
            try
            {
                Save(folder, disk, training);
            }
            catch (ExperimentException e)
            {
                Assert.AreEqual(FailureKind.Storage, e.Kind);
                Assert.Contains("injected", e.Message);
                saved = false;
            }

            using var restored = new TinyTraining();
            var newest = restored.Restore(new CheckpointFolder(folder, Disk.Instance, Assert.Fail).Newest()!);
            Assert.IsGreaterThanOrEqualTo(saved ? 3 : 2, newest.Step, $"{fault} at call {call}");
            Assert.AreEqual(newest.Step == 3 ? training.Numbers : before, restored.Numbers);
            Assert.IsFalse(Directory.EnumerateFileSystemEntries(folder).Any(path => !Path.GetFileName(path).StartsWith("step-", StringComparison.Ordinal)));

            Save(folder, Disk.Instance, training); // and the next try works
        }

        Assert.IsGreaterThan(15, call, "calls of one save");
        Figures.Add($"Disk calls of a save made to fail one after the other with {fault.ToUpperInvariant()}", call - 2);
    }

    private static void Save(string folder, IDisk disk, TinyTraining training) =>
        new CheckpointFolder(folder, disk, Assert.Fail).Save(training.State, training.Objective, training.Optimizer);
}
