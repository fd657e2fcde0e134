using System.Globalization;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Engine.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>
/// A run of many steps holds its memory: every tensor made in a step dies in it. SSL_SOAK=5000 takes so many steps;
/// a few dozen are enough to see one tensor a step.
/// </summary>
[TestClass]
public class SoakTests
{
    private const int MemoryGrowth = 64 << 20;

    private static int Steps => int.Parse(Environment.GetEnvironmentVariable("SSL_SOAK") ?? "32", CultureInfo.InvariantCulture);

    public static IEnumerable<object[]> SmallExperiments => Repository.Experiments
        .Select(Path.GetFileName)
        .Where(file => SmallRuns.IsSmall(Path.GetFileNameWithoutExtension(file)!))
        .Order()
        .Select(file => new object[] { file! });

    [TestMethod]
    [DynamicData(nameof(SmallExperiments))]
    public void Run_ManySteps_LiveTensorsAndMemoryStayFlat(string file)
    {
        var installation = Installation.Load([Repository.Plugins]);
        using var folder = new TemporaryFolder();
        var config = ExperimentFile.Read(
            SmallRuns.Write(Path.GetFileNameWithoutExtension(file), folder.Root), [], installation.Components);
        using var parts = ExperimentParts.Build(config with { Training = config.Training with { Epochs = 1000, LogEvery = 10 } }, installation);
        using var loader = parts.NewLoader(SingleProcess.Instance);
        using var pretrainer = new Pretrainer(
            parts.Objective, parts.Optimizer, parts.Schedule, loader, config.Training with { Epochs = 1000 },
            new PretrainerSettings(config.Seed, parts.Device, Precision.Fp32, SingleProcess.Instance));

        var (warm, tensors, memory) = (Steps / 4, 0L, 0L);
        pretrainer.Run(_ =>
        {
            if (pretrainer.Step == warm)
            {
                (tensors, memory) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, Environment.WorkingSet);
            }

            return pretrainer.Step < Steps;
        });

        Assert.AreEqual(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount, "live tensors");
        Assert.IsLessThan(MemoryGrowth, Environment.WorkingSet - memory, "bytes");
    }
}
