namespace SslFramework.Engine.Faults;

/// <summary>An objective whose steps go wrong as planned.</summary>
internal sealed class FaultyObjective(IPretextObjective objective, FaultPlan plan) : IPretextObjective
{
    /// <inheritdoc/>
    public nn.Module Module => objective.Module;

    /// <inheritdoc/>
    public IBackbone Backbone => objective.Backbone;

    /// <inheritdoc/>
    public IReadOnlyList<ParameterRule> Rules => objective.Rules;

    /// <inheritdoc/>
    public void BeginEpoch(EpochStart epoch) => objective.BeginEpoch(epoch);

    /// <inheritdoc/>
    public Tensor BackboneImages(ViewBatch batch) => objective.BackboneImages(batch);

    /// <inheritdoc/>
    public StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var result = objective.ComputeLoss(batch, step);
        foreach (var kind in plan.Due(
            inSave: false, step.Step + 1, FaultKind.Nan, FaultKind.Inf, FaultKind.Spike, FaultKind.Throw,
            FaultKind.Kill, FaultKind.Exit, FaultKind.Slow, FaultKind.Hang))
        {
            switch (kind)
            {
                case FaultKind.Nan or FaultKind.Inf or FaultKind.Spike:
                    var factor = kind == FaultKind.Nan ? double.NaN : kind == FaultKind.Inf ? double.PositiveInfinity : 1000;
                    result = new StepResult(result.Loss * factor, [.. result.Metrics]);
                    break;
                case FaultKind.Throw:
                    throw new Core.Tensors.ObjectiveException("The fault was injected.");
                default:
                    FaultPlan.Strike(kind, $"step {step.Step + 1}");
                    break;
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public void BeforeUpdate(StepContext step)
    {
        objective.BeforeUpdate(step);
        if (plan.Due(inSave: false, step.Step + 1, FaultKind.InfGradient).Any())
        {
            using var gradientOff = no_grad();
            objective.Module.parameters().Select(parameter => parameter.grad).First(gradient => gradient is not null)!
                .fill_(float.PositiveInfinity);
        }
    }

    /// <inheritdoc/>
    public void AfterUpdate(StepContext step) => objective.AfterUpdate(step);
}
