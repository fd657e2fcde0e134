using System.Collections;

namespace SslFramework.Engine.Training;

/// <summary>Batches whose reading is timed.</summary>
internal sealed class TimedBatches(IEnumerator<ViewBatch> batches, StepProfile profile) : IEnumerator<ViewBatch>
{
    public ViewBatch Current => batches.Current;

    object IEnumerator.Current => Current;

    public bool MoveNext()
    {
        profile.Enter(StepPart.Data);
        return batches.MoveNext();
    }

    public void Reset() => batches.Reset();

    public void Dispose() => batches.Dispose();
}

/// <summary>An objective that divides the time of a step: each of its calls begins a part, and the next one ends it.</summary>
internal sealed class TimedObjective(IPretextObjective objective, StepProfile profile) : IPretextObjective
{
    public nn.Module Module => objective.Module;

    public IBackbone Backbone => objective.Backbone;

    public IReadOnlyList<ParameterRule> Rules => objective.Rules;

    public void BeginEpoch(EpochStart epoch) => objective.BeginEpoch(epoch);

    public Tensor BackboneImages(ViewBatch batch) => objective.BackboneImages(batch);

    public StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        profile.Enter(StepPart.Forward);
        var result = objective.ComputeLoss(batch, step);
        profile.Enter(StepPart.Backward);
        return result;
    }

    public void BeforeUpdate(StepContext step)
    {
        profile.Enter(StepPart.Optimizer);
        objective.BeforeUpdate(step);
    }

    public void AfterUpdate(StepContext step)
    {
        profile.Enter(StepPart.AfterUpdate);
        objective.AfterUpdate(step);
    }
}
