using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Training;

namespace SslFramework.Tests.Host.Sweeps;

/// <summary>Every study that ships is read, each of its points checked, and the first and the last run for two steps.</summary>
[TestClass]
public class ShippedStudiesTests
{
    private static readonly string[] Small = ["training.batchSize=8", "training.loaderThreads=1", "threads=1", "precision=fp32"];

    private readonly string runs = Directory.CreateTempSubdirectory("ssl-studies").FullName;

    public static IEnumerable<object[]> All => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "host", "experiments", "studies"), "*.json")
        .Order()
        .Select(file => new object[] { Path.GetFileName(file) });

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Study_FirstAndLastPoint_RunForTwoSteps(string file)
    {
        var installation = Installation.Load([Repository.Plugins]);
        var path = Path.Combine(Repository.Root, "host", "experiments", "studies", file);
        var plan = SweepPlan.Read(path, Small, installation.Components);
        Assert.AreEqual(Path.GetFileNameWithoutExtension(file), plan.File.Name);
        StringAssert.Contains(plan.File.Description, $"ssl sweep host/experiments/studies/{file}");
        StringAssert.Contains(plan.File.Paper, "https://arxiv.org/abs/");
        foreach (var experiment in new[] { plan.Points[0].Experiment, plan.Points[^1].Experiment })
        {
            using var run = RunFolder.Open(runs, experiment.Name, ExperimentFile.Write(experiment), overwrite: false);
            Assert.AreEqual(ExitCode.Success, new ExperimentRun(experiment, installation, run, new StartOptions { StopAtStep = 2 }).Run());
            Assert.AreEqual(2, run.ReadStatus()!.Step);
        }
    }
}
