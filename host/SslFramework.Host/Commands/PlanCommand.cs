using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plans;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl plan FILE</c>: what a training will take, from a few real steps.</summary>
internal sealed class PlanCommand : GuardedCommand
{
    private readonly ExperimentArguments experiment = new();
    private readonly PluginArguments plugins = new();
    private readonly Option<bool> noCalibration = new("--no-calibration") { Description = "Take no steps: parameters and counts alone" };
    private readonly Option<int> ranks = new("--ranks")
    {
        Description = "Processes that will train together",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double> link = new("--link")
    {
        Description = "Gigabits a second between two of them",
        DefaultValueFactory = _ => 100,
    };
    private readonly Option<bool> json = SharedOptions.Json("Print JSON, for programs");

    public PlanCommand()
        : base(
            "plan",
            "Tell what a training will take: time, memory, disk, operations; takes steps for some ten seconds, and keeps nothing.",
            "ssl plan my.json",
            "ssl plan simclr --data ./photos --set training.batchSize=512",
            "ssl plan host/experiments/quickstart.json --ranks 8 --link 100")
    {
        SharedOptions.TakesNumber(ranks, "a number of processes");
        SharedOptions.TakesNumber(link, "a number of gigabits a second", least: 0.001);
        Takes([.. experiment.All, noCalibration, ranks, link, json, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var installation = plugins.Load(parsed);
        var config = experiment.Read(parsed).Read(installation);
        using var parts = Preflight.Build(config, installation);
        parts.TellStartWeights(Messages.Normal);
        var several = parsed.GetValue(ranks) > 1 ? (parsed.GetValue(ranks), parsed.GetValue(link)) : ((int, double)?)null;
        TrainingPlan plan;
        using (LivePanel.Note("taking steps, to measure them"))
        {
            plan = new Planner(config, parts).Make(!parsed.GetValue(noCalibration), several);
        }

        if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(plan.ToJson()));
        }
        else
        {
            PlanTable.Write(plan);
        }

        return ExitCode.Success;
    }
}
