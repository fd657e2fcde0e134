using System.Diagnostics;
using SslFramework.Core.Distributed;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Runs;
using SslFramework.Host.Runs.TensorBoard;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>One run from its folder to its numbers: train, export, evaluate.</summary>
internal sealed class TrainingRun(ExperimentConfig config, Installation installation, RunFolder run, TrainingRequest request)
{
    private static readonly TimeSpan OthersSpeak = TimeSpan.FromSeconds(2);

    private RunStatus status = new() { Status = "running", Seed = config.Seed };

    /// <summary>Runs to the end, to a step, or to a signal.</summary>
    public ExitCode Go()
    {
        using var stop = new StopSignals();
        if (request.Verbosity != Verbosity.Quiet)
        {
            stop.Acknowledge = () => Console.Error.WriteLine("Finishing this step, to save it; interrupt again to leave at once.");
        }

        using var sudden = new SuddenEnd(stop, request.Group, why => End("failed", ExitCode.Plugin, why));
        try
        {
            return Go(stop);
        }
        catch (Exception e)
        {
            var (kind, sentence) = Failure.Explain(e);
            End("failed", ExitCodes.Of(kind), sentence);
            if (run.HasBegun && new FileInfo(run.Metrics) is { Exists: true, Length: > 0 }) // else there is nothing to tell of
            {
                Report(() => RunPictures.None($"The run failed before pictures were drawn; ssl report {run.Path} draws them from the last checkpoint."));
            }

            throw;
        }
    }

    /// <summary>Writes the report. A run is not worth less without: what goes wrong is a warning.</summary>
    private void Report(Func<RunPictures> pictures)
    {
        if (!request.Report)
        {
            return;
        }

        try
        {
            string file;
            using (request.Verbosity == Verbosity.Quiet ? null : LivePanel.Note("drawing the report"))
            {
                file = RunReport.Write(run.Path, pictures());
            }

            if (request.Verbosity != Verbosity.Quiet)
            {
                Console.Error.WriteLine($"The report is {file}");
            }
        }
        catch (Exception e)
        {
            run.Journal.Warn($"The report could not be written: {Failure.Explain(e).Sentence}");
        }
    }

    /// <summary>Gives pictures to TensorBoard too.</summary>
    private RunPictures Shown(RunPictures pictures)
    {
        using var events = new EventFile(run.Path, TimeProvider.System, run.Journal.Warn);
        events.Add(status.Step, pictures.Pictures);
        if (pictures.Map is { } map)
        {
            Projector.Write(run.Path, map);
        }

        return pictures;
    }

    private ExitCode Go(StopSignals stop)
    {
        using var parts = ExperimentParts.Build(config, installation);
        Preflight.Check(config, parts);
        var start = StartingPoint.Find(config, parts, run, request);
        run.Begin();
        var before = run.ReadStatus();
        status = status with { Step = before?.Step ?? 0, TotalSteps = before?.TotalSteps ?? 0, TrainingSeconds = before?.TrainingSeconds ?? 0 }; // if this start fails
        if (before is { Status: "running", Holder: { } holder })
        {
            var trained = before.TotalSteps > 0 && before.Step == before.TotalSteps ? "" : $" while it trained the objective \"{config.Objective.Descriptor.Name}\" of {installation.Components.OwnerOf(config.Objective.Descriptor)}";
            run.Journal.Warn($"The start before, by {holder}, ended without a word{trained}: it was killed, or native code ended it.");
        }

        foreach (var warning in start.Warnings)
        {
            run.Journal.Warn(warning);
        }

        status = status with { Environment = RunEnvironment.Describe(config, installation, parts.Device, request.Group.Count), Holder = Holder() };
        WriteOrigins();
        Train(parts, start, stop);
        if (request.Profile is { Steps: > 0 } profile)
        {
            StepProfileTable.Write(profile, config.Training.BatchSize, run.Profile);
        }

        var asked = AskedToStop(stop);
        if (asked is not null || status.Step < status.TotalSteps)
        {
            var code = asked ?? ExitCode.Success;
            End("interrupted", code, asked is null ? request.Profile is null ? "--steps" : "--profile" : $"signal ({code})");
            Report(() => RunPictures.None($"The run was interrupted before pictures were drawn; ssl report {run.Path} draws them from the last checkpoint."));
            if (request.Verbosity != Verbosity.Quiet)
            {
                Console.Error.WriteLine($"Stopped after step {status.Step} of {status.TotalSteps}; the same command {(status.Step >= request.StopAtStep ? "without --steps, or with more, " : "")}goes on from there.");
            }

            return code;
        }

        stop.LeaveAtOnce = () => End("interrupted", stop.Requested!.Value, "signal during the evaluation");
        if (request.Group.Rank == 0)
        {
            SafeTensors.Write(run.Backbone, StateDict.Of(parts.Backbone.Module));
        }

        var clock = Stopwatch.StartNew();
        var report = config.Evaluation is { } evaluation ? Evaluate(parts, evaluation) : null;
        if (report is not null)
        {
            run.WriteJson("evaluation.json", report);
        }

        stop.LeaveAtOnce = null;
        status = status with { EvaluationSeconds = clock.Elapsed.TotalSeconds };
        End(RunStatus.Completed, ExitCode.Success, null);
        if (report is not null)
        {
            EvaluationTable.Print(report.Results);
        }

        if (request.Verbosity != Verbosity.Quiet)
        {
            Console.Error.WriteLine($"Done in {status.TrainingSeconds:F0} s of training and {status.EvaluationSeconds:F0} s of evaluation; everything is in {run.Path}");
        }

        Report(() => Shown(PictureMaker.Draw(config, parts, status.Step)));
        return ExitCode.Success;
    }

    private EvaluationReport Evaluate(ExperimentParts parts, EvaluationConfig evaluation)
    {
        using var display = new EvaluationDisplay(parts.Progress, request.Verbosity, TimeProvider.System);
        return new EvaluationRunner(EvaluationContext.Of(parts, request.Group), evaluation).Run();
    }

    /// <summary>Whether any process was, and how all of them end then.</summary>
    private ExitCode? AskedToStop(StopSignals stop) =>
        request.Group.Count == 1 ? stop.Requested : request.Group.All(stop.Requested is null) ? null : ExitCode.Stopped;

    private void Train(ExperimentParts parts, StartingPoint start, StopSignals stop)
    {
        using var pretraining = new Pretraining(config, parts, run, request, start, status.Environment);
        run.Journal.Write($"Started at step {pretraining.Step} of {pretraining.TotalSteps} by {status.Holder}.");
        try
        {
            SaveProgress();
            pretraining.Run(stop, SaveProgress, LeaveHung);
        }
        catch (Exception e) when (e is not ExperimentException or ObjectiveException)
        {
            var (kind, sentence) = Failure.Explain(e);
            throw kind == FailureKind.OutOfMemory ? new ExperimentException(kind, sentence, e)
                : PluginFault.SentenceFor(e, parts.MethodInCode, pretraining.Step + 1, pretraining.SavedStep) is { } told ? new ExperimentException(FailureKind.Plugin, told, e)
                : new ExperimentException(kind, $"Training failed at step {pretraining.Step + 1}: {sentence}", e);
        }
        finally
        {
            status = status with { Step = pretraining.SavedStep, TotalSteps = pretraining.TotalSteps, TrainingSeconds = pretraining.Seconds };
        }

        void SaveProgress() =>
            Save(status with { Step = pretraining.SavedStep, TotalSteps = pretraining.TotalSteps, TrainingSeconds = pretraining.Seconds });
    }

    /// <summary>Whatever hangs may hang the telling too.</summary>
    private void LeaveHung(string why)
    {
        var told = new Thread(() =>
        {
            Console.Error.WriteLine($"error: {Printable.Line(why)}");
            End("failed", ExitCode.Hung, why);
        })
        { IsBackground = true };
        told.Start();
        told.Join(TimeSpan.FromSeconds(10));
        if (request.Group.Count > 1)
        {
            Thread.Sleep(OthersSpeak); // who hangs itself knows best, and the first process writes run.json
            request.Group.Abort((int)ExitCode.Hung);
        }

        ImmediateExit.With(ExitCode.Hung);
    }

    /// <summary>What ends before the run has begun leaves the folder as it was.</summary>
    private void End(string how, ExitCode code, string? why)
    {
        if (!run.HasBegun)
        {
            return;
        }

        Save(status with { Status = how, Reason = why, ExitReason = code.ToString(), Holder = null });
        run.Journal.Write($"Ended at step {status.Step} of {status.TotalSteps}: {how}{(why is null ? "" : $", {why}")}.");
    }

    private void WriteOrigins()
    {
        try
        {
            run.WriteJson("origins.json", config.Origins);
        }
        catch (ExperimentException e)
        {
            run.Journal.Warn(e.Message); // no reason to stop training
        }
    }

    /// <summary>A status that cannot be written is not worth the run; that it is not <c>completed</c> errs on the safe side.</summary>
    private void Save(RunStatus changed)
    {
        status = changed;
        try
        {
            run.WriteStatus(status);
        }
        catch (ExperimentException e) when (status.Status != RunStatus.Completed)
        {
            run.Journal.Warn(e.Message);
        }
    }

    private static string Holder()
    {
        using var self = Process.GetCurrentProcess();
        return $"process {self.Id} on {Environment.MachineName} since {self.StartTime.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
    }
}
