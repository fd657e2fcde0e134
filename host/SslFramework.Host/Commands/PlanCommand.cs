using System.CommandLine;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl plan FILE</c>: what a training will take, from a few real steps.</summary>
internal static class PlanCommand
{
    public static Command Define()
    {
        var (file, data, size, set, plugins, locked, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Size(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var noCalibration = new Option<bool>("--no-calibration") { Description = "Take no steps: parameters and counts alone" };
        var ranks = new Option<int>("--ranks") { Description = "Processes that will train together", DefaultValueFactory = _ => 1 };
        var link = new Option<double>("--link") { Description = "Gigabits a second between two of them", DefaultValueFactory = _ => 100 };
        SharedOptions.TakesNumber(ranks, "a number of processes");
        SharedOptions.TakesNumber(link, "a number of gigabits a second", least: 0.001);
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs" };
        var command = new ExampledCommand(
            "plan",
            "Tell what a training will take: time, memory, disk, operations; takes steps for some ten seconds, and keeps nothing.",
            "ssl plan my.json",
            "ssl plan simclr --data ./photos --set training.batchSize=512",
            "ssl plan host/experiments/quickstart.json --ranks 8 --link 100") { file, data, size, set, noCalibration, ranks, link, json, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var config = new ExperimentChoice(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) }.Read(installation);
                using var parts = ExperimentParts.Build(config, installation);
                Preflight.Check(config, parts);
                var several = parsed.GetValue(ranks) > 1 ? (parsed.GetValue(ranks), parsed.GetValue(link)) : ((int, double)?)null;
                TrainingPlan plan;
                using (LivePanel.Note("taking steps, to measure them"))
                {
                    plan = new Planner(config, parts).Make(!parsed.GetValue(noCalibration), several);
                }

                if (parsed.GetValue(json))
                {
                    Console.WriteLine(plan.Json().ToJsonString(ReadableJson.Indented));
                }
                else
                {
                    PlanTable.Write(plan);
                }

                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }
}
