using System.Text.Json.Nodes;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Tests.Core.Storage;

namespace SslFramework.Tests.Core.Training.Checkpoints;

[TestClass]
public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ssl-checkpoints-").FullName;
    private readonly TinyTraining training = new();
    private readonly List<string> warnings = [];

    private CheckpointFolder Checkpoints => new(root, Disk.Instance, warnings.Add);

    public void Dispose()
    {
        training.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [TestMethod]
    public void Restore_Saved_IsTheSameToTheBitAndTakesTheSameNextStep()
    {
        Save(3);
        using var other = new TinyTraining();

        var state = other.Restore(Checkpoints.Newest()!);

        Assert.AreEqual(training.Numbers, other.Numbers);
        Assert.AreEqual(3, state.Step);
        Assert.AreEqual(0.1 * 3, state.LossSum);
        Assert.AreEqual(21, state.Logs["metrics.jsonl"]);
        Assert.AreEqual(training.Take().Numbers, other.Take().Numbers);
    }

    [TestMethod]
    public void Save_Often_KeepsTheNewestTwoAndTheBest()
    {
        for (var step = 1; step <= 5; step++)
        {
            training.Take();
            Checkpoints.Save(training.State with { Score = step == 2 ? 90 : 80 }, training.Objective, training.Optimizer);
        }

        CollectionAssert.AreEqual(new[] { "step-000000002", "step-000000004", "step-000000005" }, Names());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Save_BeforeAndAfterTheRename_IsSynced()
    {
        var disk = new WatchedDisk();
        new CheckpointFolder(root, disk, warnings.Add).Save(training.Take().State, training.Objective, training.Optimizer);
        Assert.AreEqual(1, disk.Moves);
        Assert.AreEqual("", string.Join(", ", disk.Unsynced));
    }

    [TestMethod]
    [Case("N5")]
    public void Save_WeightThatIsNoNumber_IsRefusedAndNothingIsWritten()
    {
        training.SetWeight(float.NaN);
        var error = Assert.ThrowsExactly<DivergenceException>(() => Save(1));
        Assert.Contains("\"weight\"", error.Message);
        Assert.IsEmpty(Names());
    }

    [TestMethod]
    public void Save_SameStepAgain_ReplacesADamagedOneAndKeepsASoundOne()
    {
        var path = Save(1);
        File.AppendAllText(Path.Combine(path, "state.json"), " ");

        Checkpoints.Save(training.State, training.Objective, training.Optimizer);

        CollectionAssert.AreEqual(new[] { "step-000000001", "step-000000001.corrupt" }, Names());
        Assert.AreEqual(path, Checkpoints.Newest());
    }

    [TestMethod]
    [Case("C5")]
    public void Save_LittleSpace_FailsFirstAndNamesTheSizes()
    {
        Save(1);
        var full = new CheckpointFolder(root, new SmallDisk(), warnings.Add);

        var error = Assert.ThrowsExactly<ExperimentException>(() => full.Save(training.Take().State, training.Objective, training.Optimizer));

        Assert.AreEqual(FailureKind.Storage, error.Kind);
        Assert.Contains("needs 0.0 MB, and 0.0 MB are free", error.Message);
        CollectionAssert.AreEqual(new[] { "step-000000001" }, Names());
    }

    [TestMethod]
    [Case("C8")]
    public void Newest_DamagedOne_IsSetAsideWithAMessageAndTheOneBeforeIsTaken()
    {
        var first = Save(1);
        var second = Save(2);
        File.Delete(Path.Combine(second, "optimizer.safetensors"));

        Assert.AreEqual(first, Checkpoints.Newest());

        Assert.Contains("optimizer.safetensors is missing", warnings.Single());
        CollectionAssert.AreEqual(new[] { "step-000000001", "step-000000002.corrupt" }, Names());
    }

    [TestMethod]
    [Case("C10")]
    public void Newest_FilesOfAnotherCheckpoint_AreDetected()
    {
        var (first, second) = (Save(1), Save(2));
        File.Copy(Path.Combine(first, "objective.safetensors"), Path.Combine(second, "objective.safetensors"), overwrite: true);
        Assert.AreEqual(first, Checkpoints.Newest());

        Directory.Delete(Path.Combine(root, "step-000000002.corrupt"), recursive: true);
        Directory.Move(first, second); // a whole checkpoint under another name
        Assert.IsNull(Checkpoints.Newest());
        Assert.Contains("it is of step 1", warnings[1]);
    }

    [TestMethod]
    [Case("C10")]
    public void Newest_FileThatDoesNotBelong_IsIgnored()
    {
        var path = Save(1);
        File.WriteAllText(Path.Combine(path, "notes.txt"), "mine");
        Assert.AreEqual(path, Checkpoints.Newest());
    }

    [TestMethod]
    [Case("C11")]
    public void Newest_NewerFormat_IsFatalAndSaysSo()
    {
        var manifest = Path.Combine(Save(1), "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        var error = Assert.ThrowsExactly<ExperimentException>(() => Checkpoints.Newest());
        Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
        Assert.Contains("has format 2", error.Message);
    }

    [TestMethod]
    [Case("C2")]
    public void Newest_HalfWrittenOne_IsDeleted()
    {
        var path = Save(1);
        Directory.Move(path, Path.Combine(root, ".tmp-step-000000001-4711"));
        Assert.IsNull(Checkpoints.Newest());
        Assert.IsEmpty(Names());
    }

    [TestMethod]
    [Case("C29")]
    public void Newest_LinkAmongHalfWrittenOnes_IsNotFollowed()
    {
        var outside = Directory.CreateTempSubdirectory("ssl-outside-").FullName;
        File.WriteAllText(Path.Combine(outside, "precious"), "");
        Directory.CreateSymbolicLink(Path.Combine(root, ".tmp-link"), outside);

        Checkpoints.Newest();

        Assert.IsTrue(File.Exists(Path.Combine(outside, "precious")));
        Assert.IsEmpty(Names());
        Directory.Delete(outside, recursive: true);
    }

    [TestMethod]
    [Case("C8")]
    public void Named_MissingOrDamaged_IsFatalAndNamesTheOthers()
    {
        Save(1);
        var second = Save(2);
        File.AppendAllText(Path.Combine(second, "objective.safetensors"), " ");

        foreach (var name in new[] { "step-000000002", "step-000000009", "elsewhere" })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => Checkpoints.Named(name));
            Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
            Assert.Contains("step-000000001", error.Message);
        }

        CollectionAssert.AreEqual(new[] { "step-000000001", "step-000000002" }, Names(), "nothing is set aside");
    }

    [TestMethod]
    public void Named_OlderOne_SetsTheNewerAsideOnceItIsTaken()
    {
        var first = Save(1);
        Save(2);
        Assert.AreEqual(first, Checkpoints.Named("step-000000001"));
        CollectionAssert.AreEqual(new[] { "step-000000001", "step-000000002" }, Names(), "a start may still be refused");
        Checkpoints.SupersedeNewerThan(first);
        CollectionAssert.AreEqual(new[] { "step-000000001", "step-000000002.superseded" }, Names());
    }

    [TestMethod]
    [Case("C11")]
    public void State_FieldsOfAnOlderVersion_HaveTheirDefaults()
    {
        var state = Path.Combine(Save(1), "state.json");
        var node = JsonNode.Parse(File.ReadAllText(state))!.AsObject();
        node.Remove("skippedSteps");
        node["later"] = 1;
        File.WriteAllText(state, node.ToJsonString());
        Assert.IsEmpty(TrainingCheckpoint.ReadState(Path.GetDirectoryName(state)!).SkippedSteps);
    }

    private string Save(int step) =>
        Checkpoints.Save(training.Take(step - (int)training.Step).State, training.Objective, training.Optimizer);

    private string[] Names() => [.. Directory.EnumerateFileSystemEntries(root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private sealed class SmallDisk : IDisk
    {
        private readonly FaultyDisk disk = new(Disk.Instance, (_, _) => { });

        public long FreeBytes(string folder) => 10;

        public void CreateFolder(string path) => disk.CreateFolder(path);

        public Stream Create(string path, long length) => disk.Create(path, length);

        public void Sync(Stream stream) => disk.Sync(stream);

        public void SyncFolder(string path) => disk.SyncFolder(path);

        public void Move(string source, string destination) => disk.Move(source, destination);

        public void Delete(string path) => disk.Delete(path);
    }
}
