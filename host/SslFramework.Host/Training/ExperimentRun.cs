using System.Diagnostics;
using SslFramework.Core.Distributed;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>One start of an experiment's run, from its folder to its numbers: train, export, evaluate, report.</summary>
internal sealed class ExperimentRun(ExperimentConfig config, Installation installation, RunFolder run, StartOptions options)
{
    private static readonly TimeSpan OthersSpeak = TimeSpan.FromSeconds(2);

    private readonly StatusKeeper status = new(run, config.Seed);
    private readonly FinalReport report = new(run, options);

    /// <summary>Runs to the end, to a step, or to a signal.</summary>
    /// <returns>How the process ends: success also after a step that was asked for.</returns>
    public ExitCode Run()
    {
        using var stop = new StopSignals();
        stop.Acknowledge = () => options.Messages.Note("Finishing this step, to save it; interrupt again to leave at once.");
        using var sudden = new SuddenEnd(stop, options.Group, why => status.End("failed", ExitCode.Plugin, why));
        try
        {
            return Run(stop);
        }
        catch (Exception e)
        {
            var (kind, sentence) = Failure.Explain(e);
            status.End("failed", ExitCodes.Of(kind), sentence);
            if (run.HasBegun && new FileInfo(run.Metrics) is { Exists: true, Length: > 0 }) // else there is nothing to report
            {
                report.WriteWithoutPictures("The run failed before pictures were drawn");
            }

            throw;
        }
    }

    private ExitCode Run(StopSignals stop)
    {
        using var parts = Preflight.Build(config, installation);
        var start = StartingPoint.Find(config, parts, run, options);
        Begin(parts, start);
        Train(parts, start, stop);
        if (options.Profile is { Steps: > 0 } profile)
        {
            StepProfileTable.Write(profile, config.Training.BatchSize, run.Profile);
        }

        var asked = AskedToStop(stop);
        return asked is not null || status.Current.Step < status.Current.TotalSteps ? Interrupt(asked) : Finish(parts, stop);
    }

    private void Begin(ExperimentParts parts, StartingPoint start)
    {
        run.Begin();
        if (status.TakeUp() is { Status: "running", Holder: { } holder } killed)
        {
            var hasTrained = killed.TotalSteps > 0 && killed.Step == killed.TotalSteps;
            var objective = config.Objective.Descriptor;
            var owner = installation.Components.OwnerOf(objective);
            var doing = hasTrained ? "" : $" while it trained the objective \"{objective.Name}\" of {owner}";
            run.Journal.Warn($"The start before, by {holder}, ended without a word{doing}: it was killed, or native code ended it.");
        }

        start.Warnings.ToList().ForEach(run.Journal.Warn);
        status.Begin(RunEnvironment.Describe(config, installation, parts, options.Group.Count));
        if (start.Checkpoint is null)
        {
            parts.TellStartWeights(options.Messages);
            parts.StartWeights.ToList().ForEach(weights => run.Journal.Write(weights.Sentence));
        }

        WriteOrigins();
    }

    private void Train(ExperimentParts parts, StartingPoint start, StopSignals stop)
    {
        using var session = TrainingSession.Open(parts, run, options, start, status.Current.Environment);
        session.Resume();
        run.Journal.Write($"Started at step {session.Step} of {session.TotalSteps} by {status.Current.Holder}.");
        try
        {
            SaveProgress();
            session.Run(stop, SaveProgress, LeaveHung);
        }
        catch (Exception e) when (e is not ExperimentException or ObjectiveException)
        {
            var (step, (kind, sentence)) = (session.Step + 1, Failure.Explain(e));
            if (kind == FailureKind.OutOfMemory)
            {
                throw new ExperimentException(kind, sentence, e);
            }

            throw PluginFault.SentenceFor(e, parts.MethodInCode, step, session.SavedStep) is { } fault
                ? new ExperimentException(FailureKind.Plugin, fault, e)
                : new ExperimentException(kind, $"Training failed at step {step}: {sentence}", e);
        }
        finally
        {
            status.Advance(session);
        }

        void SaveProgress()
        {
            status.Advance(session);
            status.Save();
        }
    }

    /// <summary>Whether any process was, and how all of them end then.</summary>
    private ExitCode? AskedToStop(StopSignals stop) =>
        options.Group.Count == 1 ? stop.Requested : options.Group.All(stop.Requested is null) ? null : ExitCode.Stopped;

    /// <param name="asked">The signal; null if the steps asked for are done.</param>
    private ExitCode Interrupt(ExitCode? asked)
    {
        var code = asked ?? ExitCode.Success;
        status.End("interrupted", code, asked is not null ? $"signal ({code})" : options.Profile is null ? "--steps" : "--profile");
        report.WriteWithoutPictures("The run was interrupted before pictures were drawn");
        var (step, total) = (status.Current.Step, status.Current.TotalSteps);
        var how = step >= options.StopAtStep ? "without --steps, or with more, " : "";
        options.Messages.Note($"Stopped after step {step} of {total}; the same command {how}goes on from there.");
        return code;
    }

    private ExitCode Finish(ExperimentParts parts, StopSignals stop)
    {
        stop.LeaveAtOnce = () => status.End("interrupted", stop.Requested!.Value, "signal during the evaluation");
        if (options.Group.Rank == 0)
        {
            SafeTensors.Write(run.Backbone, StateDict.Of(parts.Backbone.Module));
        }

        var clock = Stopwatch.StartNew();
        var results = config.Evaluation is null && config.Transfers.Count == 0 ? null : Evaluate(parts);
        if (results is not null)
        {
            results.Write(run.Evaluation);
        }

        stop.LeaveAtOnce = null;
        status.Current = status.Current with { EvaluationSeconds = clock.Elapsed.TotalSeconds };
        status.End(RunStatus.Completed, ExitCode.Success, null);
        if (results is not null)
        {
            EvaluationTable.Print(results.Results);
        }

        var (training, evaluating) = (status.Current.TrainingSeconds, status.Current.EvaluationSeconds);
        options.Messages.Note($"Done in {training:F0} s of training and {evaluating:F0} s of evaluation; everything is in {run.Path}");
        report.Write(status.Current.Step, () => PictureMaker.Draw(config, parts, status.Current.Step));
        return ExitCode.Success;
    }

    private EvaluationReport Evaluate(ExperimentParts parts)
    {
        using var display = new EvaluationDisplay(parts.Progress, options.Messages, TimeProvider.System);
        return EvaluationRunner.Run(EvaluationContext.Of(parts, options.Group), config.Evaluation, config.Transfers);
    }

    /// <summary>Whatever hangs may keep messages from being written too, so that they get a thread and a time limit.</summary>
    private void LeaveHung(string why)
    {
        var speaker = new Thread(() =>
        {
            Messages.Error(why);
            status.End("failed", ExitCode.Hung, why);
        })
        { IsBackground = true };
        speaker.Start();
        speaker.Join(TimeSpan.FromSeconds(10));
        if (options.Group.Count > 1)
        {
            Thread.Sleep(OthersSpeak); // who hangs itself knows best, and the first process writes run.json
            options.Group.Abort((int)ExitCode.Hung);
        }

        ImmediateExit.With(ExitCode.Hung);
    }

    private void WriteOrigins()
    {
        try
        {
            run.WriteJson(RunFiles.Origins, config.Origins);
        }
        catch (ExperimentException e)
        {
            run.Journal.Warn(e.Message); // no reason to stop training
        }
    }
}
