using SslFramework;

namespace TestPlugins.Failing;

/// <summary>Asks features to be one.</summary>
public sealed class FailingObjective : nn.Module, IPretextObjective
{
    public FailingObjective(IBackboneFactory backbones)
        : base("objective")
    {
        Failure.At("constructor");
        Backbone = backbones.Create<IBackbone>();
        register_module("backbone", Backbone.Module);
    }

    public nn.Module Module => this;

    public IBackbone Backbone { get; }

    public StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        Failure.At("loss", step.Step);
        return new((Backbone.Forward(batch.Single()) - 1).square().mean());
    }

    public void BeforeUpdate(StepContext step) => Failure.At("before", step.Step);

    public void AfterUpdate(StepContext step) => Failure.At("after", step.Step);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Failure.At("dispose");
        }

        base.Dispose(disposing);
    }
}
