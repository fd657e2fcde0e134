using SslFramework;

namespace TestPlugins.Good;

public sealed record GoodObjectiveOptions
{
    public double Margin { get; init; } = 1;
}

/// <summary>Asks features to have a length.</summary>
public sealed class GoodObjective : nn.Module, IPretextObjective
{
    private readonly GoodObjectiveOptions options;

    public GoodObjective(GoodObjectiveOptions options, IBackboneFactory backbones)
        : base("objective")
    {
        this.options = options;
        Backbone = backbones.Create<IBackbone>();
        register_module("backbone", Backbone.Module);
    }

    public nn.Module Module => this;

    public IBackbone Backbone { get; }

    public StepResult ComputeLoss(ViewBatch batch, StepContext step) =>
        new((Backbone.Forward(batch.Single()).norm(1) - options.Margin).square().mean());
}
