using System.CommandLine;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl train FILE</c>: pretrains, exports the backbone, evaluates it. The same command goes on where it stopped.</summary>
internal static class TrainCommand
{
    public static Command Define()
    {
        var (file, set, plugins, trace) = (SharedOptions.File(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Trace());
        var runs = new Option<string>("--runs") { Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Delete an earlier run of this name" };
        var steps = new Option<long?>("--steps") { Description = "Stop after so many steps, to try an experiment out" };
        var command = new Command("train", "Pretrain a backbone and evaluate it. The same command again goes on where it stopped.")
        {
            file, set, runs, overwrite, steps, plugins, trace,
        };
        command.SetAction(parsed => SslCommand.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!);
                var config = ExperimentFile.Read(parsed.GetValue(file)!, parsed.GetValue(set)!, installation.Components);
                using var run = RunFolder.Open(parsed.GetValue(runs)!, config.Name, ExperimentFile.Write(config), parsed.GetValue(overwrite));
                return new TrainingRun(config, installation, run).Go(parsed.GetValue(steps));
            },
            parsed.GetValue(trace)));
        return command;
    }
}
