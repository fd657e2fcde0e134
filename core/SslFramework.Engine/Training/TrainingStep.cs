using System.Runtime.InteropServices;
using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;
using SslFramework.Core.Tensors.Autograd;
using SslFramework.Engine.Distributed;

namespace SslFramework.Engine.Training;

/// <summary>
/// One optimizer step: views → loss → backward, for each micro-batch; then the mean gradient of all processes, and the update, unless a
/// number is not finite.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly IPretextObjective objective;
    private readonly IOptimizer optimizer;
    private readonly TrainingOptions options;
    private readonly PretrainerSettings settings;
    private readonly Parameter[] parameters;
    private readonly BufferSnapshot buffers;
    private readonly GradientAverage gradients;
    private readonly IReadOnlyList<IDisposable> sharedNorms;
    private StepPhase phase;

    public TrainingStep(IPretextObjective objective, IOptimizer optimizer, TrainingOptions options, PretrainerSettings settings)
    {
        (this.objective, this.optimizer, this.options, this.settings) = (objective, optimizer, options, settings);
        parameters = [.. objective.Module.parameters().Where(parameter => parameter.requires_grad)];
        buffers = new BufferSnapshot(objective.Module);
        gradients = new GradientAverage(settings.Group, objective.Module, settings.BucketBytes, settings.OverlapExchange);
        sharedNorms = SharedBatchNorm.Within(objective.Module, settings.Replicas);
        Guard = new NumericsGuard(settings.OnIncident);
    }

    /// <summary>Skips steps whose numbers are not finite.</summary>
    public NumericsGuard Guard { get; }

    /// <inheritdoc cref="Pretrainer.Buckets"/>
    public (long Early, long All) Buckets => (gradients.SentEarly, gradients.Sent);

    /// <summary>Takes the step, or skips it and leaves weights and buffers as they were.</summary>
    /// <param name="batches">The micro-batches, of BatchSize / Accumulation images each, read one at a time.</param>
    /// <param name="step">The step to take.</param>
    /// <param name="peakRate">The schedule's highest rate, for parameters whose rate is constant.</param>
    /// <exception cref="DivergenceException">Too many steps had to be skipped.</exception>
    /// <exception cref="ObjectiveException">The loss has no gradient, or its backward failed.</exception>
    public StepTaken Take(IEnumerator<ViewBatch> batches, StepContext step, double peakRate)
    {
        Begin(step);
        var (losses, samples) = (new List<Tensor>(), new List<long>());
        StepResult? result = null;
        for (var left = options.Accumulation; left > 0; left--)
        {
            batches.MoveNext();
            var views = settings.OnDevice(batches.Current);
            result = Forward(views, step, isLast: left == 1);
            Backward(result.Loss);
            losses.Add(result.Loss.detach());
            samples.AddRange(views.Indices);
        }

        var untrained = step.Step == 0 ? ParametersWithoutGradient() : [];
        gradients.Average();
        objective.BeforeUpdate(step);
        var norm = Gradients.Norm(parameters);
        var numbers = StepNumbers.Read(step, settings, losses, norm, samples);
        Report(untrained, numbers);
        var isAccepted = Guard.Accepts(numbers);
        if (isAccepted)
        {
            Update(step, norm, peakRate);
        }
        else
        {
            buffers.Restore();
            buffers.EnsureFinite();
        }

        phase = StepPhase.Between;
        return new StepTaken(numbers, isAccepted, result!);
    }

    /// <summary>Restores the buffers that the forward pass has changed, after an exception from <see cref="Take"/>.</summary>
    /// <returns>Whether everything is as it was before the step; false if the weights were being changed.</returns>
    public bool TryUndo()
    {
        if (phase == StepPhase.Computing)
        {
            buffers.Restore();
        }

        return phase == StepPhase.Between || (phase == StepPhase.Computing && buffers.IsComplete);
    }

    /// <summary>Forgets a step that was interrupted, because a checkpoint replaces what it has changed.</summary>
    public void Reset() => phase = StepPhase.Between;

    public void Dispose()
    {
        buffers.Dispose();
        gradients.Dispose();
        foreach (var norm in sharedNorms)
        {
            norm.Dispose();
        }
    }

    private void Begin(StepContext step)
    {
        settings.SeedLayers(step.Step);
        buffers.Capture();
        phase = StepPhase.Computing;
        objective.Module.zero_grad();
    }

    private StepResult Forward(ViewBatch views, StepContext step, bool isLast)
    {
        using var uses = isLast ? gradients.WatchLoss() : null;
        using var portions = settings.GradientCache?.Record();
        using var precision = settings.Autocast();
        return objective.ComputeLoss(views, step);
    }

    private void Backward(Tensor loss)
    {
        if (!loss.requires_grad)
        {
            throw new ObjectiveException(
                "The loss has no gradient, because it was detached or computed under no_grad; compute it from the parameters.");
        }

        try
        {
            (loss / options.Accumulation).backward();
        }
        catch (ExternalException e) // no frame of the objective is on the stack
        {
            throw new ObjectiveException(
                e.Message.Contains("backward through the graph a second time", StringComparison.Ordinal)
                    ? "The loss reaches back into an earlier step, whose graph is gone; "
                    + "call detach() on what is kept from one step to the next."
                    : $"The backward of the loss failed with {e.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}; "
                    + "is a tensor that the gradient needs changed in place?",
                e);
        }

        settings.GradientCache?.Backward(settings.Autocast);
        BackwardFailure.ThrowIfAny();
    }

    private void Update(StepContext step, Tensor norm, double peakRate)
    {
        phase = StepPhase.Updating;
        if (options.ClipNorm is { } limit)
        {
            Gradients.Shorten(parameters, norm, limit);
        }

        optimizer.Step(new(step.LearningRate) { PeakRate = peakRate, Progress = step.Progress });
        using var gradient = no_grad();
        objective.AfterUpdate(step);
    }

    private string[] ParametersWithoutGradient() =>
        [.. objective.Module.named_parameters().Where(p => p.parameter.requires_grad && p.parameter.grad is null).Select(p => p.name)];

    private void Report(string[] untrained, StepNumbers numbers)
    {
        if (untrained.Length > 0)
        {
            var rest = untrained.Length > 5 ? $" and {untrained.Length - 5} more parameters" : "";
            var names = string.Join(", ", untrained.Take(5).Select(name => $"\"{name}\"")) + rest;
            settings.OnIncident(numbers.AsIncident(
                "untrained",
                $"The first step gave no gradient to {names}, and what gets none is not trained; "
                + "use it in the loss, or set its requires_grad to false."));
        }
    }

    private enum StepPhase
    {
        Between,
        Computing, // changes buffers
        Updating, // changes weights
    }
}

/// <summary>The outcome of a step.</summary>
/// <param name="Numbers">Loss, gradient norm and images.</param>
/// <param name="IsAccepted">Whether the weights were updated; if not, they are as they were.</param>
/// <param name="Result">The objective's result for the last micro-batch. Its tensors are freed with the step's scope.</param>
internal sealed record StepTaken(StepNumbers Numbers, bool IsAccepted, StepResult Result);
