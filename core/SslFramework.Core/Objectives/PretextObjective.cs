namespace SslFramework.Core.Objectives;

/// <summary>
/// The base of an objective: a TorchSharp module that owns a backbone. Constructors end with <c>RegisterComponents()</c>.
/// </summary>
/// <typeparam name="TBackbone">What the method needs from its backbone; <see cref="ITokenBackbone"/> for masked images.</typeparam>
public abstract class PretextObjective<TBackbone> : nn.Module, IPretextObjective
    where TBackbone : class, IBackbone
{
    // RegisterComponents registers every field that holds a module once more, under the field's name: a function hides it.
    private readonly Func<TBackbone> backbone;

    /// <summary>Adds the backbone; its state-dict keys begin with <c>backbone.</c></summary>
    protected PretextObjective(TBackbone backbone)
        : base("objective")
    {
        this.backbone = () => backbone;
        register_module("backbone", backbone.Module);
    }

    /// <summary>
    /// The encoder that is evaluated and exported: trained by gradient, or one that follows another encoder, as a momentum teacher does.
    /// </summary>
    public TBackbone Backbone => backbone();

    nn.Module IPretextObjective.Module => this;

    IBackbone IPretextObjective.Backbone => Backbone;

    /// <inheritdoc/>
    public virtual IReadOnlyList<ParameterRule> Rules => [];

    /// <inheritdoc/>
    public virtual void BeginEpoch(EpochStart epoch)
    {
    }

    /// <inheritdoc/>
    public virtual Tensor BackboneImages(ViewBatch batch) => batch.Views[0];

    /// <inheritdoc/>
    public abstract StepResult ComputeLoss(ViewBatch batch, StepContext step);

    /// <inheritdoc/>
    public virtual void BeforeUpdate(StepContext step)
    {
    }

    /// <inheritdoc/>
    public virtual void AfterUpdate(StepContext step)
    {
    }
}
