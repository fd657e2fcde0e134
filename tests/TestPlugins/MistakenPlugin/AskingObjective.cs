using SslFramework;

namespace TestPlugins.Mistaken;

/// <summary>Asks for what the host does not have.</summary>
public sealed class AskingObjective(IBackboneFactory backbones, Uri address) : nn.Module("objective"), IPretextObjective
{
    public nn.Module Module => this;

    public IBackbone Backbone { get; } = backbones.Create<IBackbone>();

    public StepResult ComputeLoss(ViewBatch batch, StepContext step) => throw new NotSupportedException(address.ToString());
}
