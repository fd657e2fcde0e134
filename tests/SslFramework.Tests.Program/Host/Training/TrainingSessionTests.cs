using SslFramework.Core.Storage;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;
using SslFramework.Host.Training;
using SslFramework.Tests.Host.Runs;

namespace SslFramework.Tests.Host.Training;

[TestClass]
internal sealed class TrainingSessionTests
{
    private readonly SmallExperiment small = new();
    private readonly Installation installation = Installation.Load([Repository.Plugins]);

    [TestCleanup]
    public void CleanUp() => small.Dispose();

    [TestMethod]
    public void Resume_FromTheNewestCheckpoint_GoesOnThere()
    {
        Train(stopAt: 3);

        var (step, saved) = Resume(checkpoint: "step-000000003");

        Assert.AreEqual((3, 3), (step, saved));
        CollectionAssert.AreEqual(new[] { "step-000000003" }, Checkpoints());
    }

    [TestMethod]
    public void Resume_FromAnEarlierCheckpoint_ForgetsWhatCameAfterIt()
    {
        Train(stopAt: 5);
        Assert.HasCount(5, File.ReadLines(small.In("metrics.jsonl")));

        var (step, _) = Resume(checkpoint: "step-000000003");

        Assert.AreEqual(3, step);
        Assert.HasCount(3, File.ReadLines(small.In("metrics.jsonl")), "lines of steps that are taken again");
        CollectionAssert.DoesNotContain(Checkpoints(), "step-000000005", "a later start would take it for the newest");
    }

    [TestMethod]
    public void Resume_BeforeAnythingWasSaved_BeginsAtStep0WithEmptyLogs()
    {
        Directory.CreateDirectory(small.Run);
        File.WriteAllText(small.In("metrics.jsonl"), """{"step":1,"loss":1}""" + "\n");

        var (step, saved) = Resume(checkpoint: null);

        Assert.AreEqual((0, 0), (step, saved));
        Assert.AreEqual(0, new FileInfo(small.In("metrics.jsonl")).Length);
    }

    [TestMethod]
    public void Run_ToTheStepAskedFor_SavesIt()
    {
        Train(stopAt: 2);
        CollectionAssert.AreEqual(new[] { "step-000000002" }, Checkpoints());
    }

    private void Train(long stopAt) => InSession(null, new StartOptions { StopAtStep = stopAt }, session =>
    {
        using var signals = new StopSignals();
        session.Resume();
        session.Run(signals, () => { }, Assert.Fail);
    });

    private (long Step, long SavedStep) Resume(string? checkpoint)
    {
        var now = (0L, 0L);
        InSession(checkpoint, new StartOptions(), session =>
        {
            session.Resume();
            now = (session.Step, session.SavedStep);
        });
        return now;
    }

    private void InSession(string? checkpoint, StartOptions options, Action<TrainingSession> use)
    {
        var config = ExperimentFile.Read(small.File, [], installation.Components);
        using var run = RunFolder.Open(Path.GetDirectoryName(small.Run)!, config.Name, ExperimentFile.Write(config), overwrite: false);
        run.Begin();
        using var parts = ExperimentParts.Build(config, installation);
        var path = checkpoint is null ? null : new CheckpointFolder(run.Checkpoints, Disk.Instance, Assert.Fail).Named(checkpoint);
        using var session = TrainingSession.Open(parts, run, options, new StartingPoint(path, null, []), new Dictionary<string, string>());
        use(session);
    }

    private string[] Checkpoints() => [.. Directory.GetDirectories(small.In("checkpoints")).Select(path => Path.GetFileName(path)).Order()];
}
