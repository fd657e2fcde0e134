using SslFramework;

namespace TestPlugins.Mistaken;

public enum Mistake
{
    None,

    // In the constructor.
    Unregistered,
    InAList,
    Twice,
    WrappedBackbone,

    // In a step.
    Vector,
    Detached,
    NoGradient,
    EarlierTensor,
    KeptGraph,
    Unused,
    TakenName,
    Bank,

    // Over several steps.
    Chance,
    HiddenState,
}

public sealed record MistakenOptions
{
    public Mistake Mistake { get; init; }

    // Would be read after the first epoch.
    [FilePath]
    public string? Codes { get; init; }

    public IReadOnlyList<MistakenPart> Parts { get; init; } = [];
}

public sealed record MistakenPart
{
    [FilePath]
    public string Words { get; init; } = "";
}

/// <summary>Asks features to be one, and does one thing wrong. Its frozen norm is no mistake.</summary>
public sealed class MistakenObjective : nn.Module, IPretextObjective
{
    private static int calls;
    private readonly Func<IBackbone> backbone;
    private readonly Mistake mistake;
    private readonly nn.Module<Tensor, Tensor> frozen = nn.BatchNorm1d(4, affine: false);
#pragma warning disable IDE0052 // RegisterComponents reads them.
    private readonly nn.Module<Tensor, Tensor>? head;
    private readonly nn.Module<Tensor, Tensor>? same;
    private readonly List<nn.Module<Tensor, Tensor>> heads = [];
    private readonly IBackbone? second;
#pragma warning restore IDE0052
    private readonly Tensor? bank;
    private readonly List<Tensor> kept = [];
    private int own;

    public MistakenObjective(MistakenOptions options, IBackboneFactory backbones)
        : base("objective")
    {
        mistake = options.Mistake;
        var own = backbones.Create<IBackbone>();
        backbone = () => own;
        register_module("backbone", own.Module);
        frozen.eval();
        head = mistake is Mistake.Unregistered or Mistake.Twice or Mistake.Unused ? nn.Linear(4, 4) : null;
        same = mistake == Mistake.Twice ? head : null;
        second = mistake == Mistake.WrappedBackbone ? new Wrapped(backbones.Create<IBackbone>()) : null;
        bank = mistake == Mistake.Bank ? torch.zeros((64 << 18) + 1).DetachFromDisposeScope() : null; // a bit more than 64 MiB
        if (mistake == Mistake.InAList)
        {
            heads.Add(nn.Linear(4, 4));
        }

        if (mistake == Mistake.Unregistered)
        {
            register_module("frozen", frozen);
            return;
        }

        RegisterComponents();
    }

    public nn.Module Module => this;

    public IBackbone Backbone => backbone();

    public StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        using var gradient = torch.set_grad_enabled(mistake != Mistake.NoGradient);
        var features = frozen.call(Backbone.Forward(batch.Single())); // [N, 4]
        var error = (features - 1).square(); // [N, 4]
        var loss = error.mean();
        switch (mistake)
        {
            case Mistake.Vector:
                return new(error.mean([1L]));
            case Mistake.Detached:
                return new(loss.detach());
            case Mistake.EarlierTensor:
                kept.Add(features.detach());
                return new(loss + kept[0].mean());
            case Mistake.KeptGraph:
                kept.Add(features.DetachFromDisposeScope());
                return new(loss + kept[0].mean());
            case Mistake.TakenName:
                return new(loss, ("loss", loss.detach()));
            case Mistake.Bank when step.Step == 1:
                bank![0] = float.NaN;
                return new(loss * double.NaN);
            case Mistake.Chance:
                return new(loss * ++calls);
            case Mistake.HiddenState:
                return new(loss * ++own);
            default:
                return new(loss);
        }
    }

    /// <summary>A backbone that is no module itself.</summary>
    private sealed class Wrapped(IBackbone inner) : IBackbone
    {
        public nn.Module Module => inner.Module;

        public int Channels => inner.Channels;

        public int FeatureDimension => inner.FeatureDimension;

        public IReadOnlyList<BackboneLayer> Layers => inner.Layers;

        public Tensor Forward(Tensor images) => inner.Forward(images);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => inner.ForwardLayers(images);
    }
}
