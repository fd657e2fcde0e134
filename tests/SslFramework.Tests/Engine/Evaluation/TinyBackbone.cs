using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation;

/// <summary>A convolution with BatchNorm (maps), tokens of its pixels, and their mean.</summary>
internal sealed class TinyBackbone : nn.Module, IBackbone
{
    private const int Width = 6;
    private readonly TorchSharp.Modules.Conv2d stem = nn.Conv2d(1, Width, 2);
    private readonly TorchSharp.Modules.BatchNorm2d norm = nn.BatchNorm2d(Width);
    private readonly TorchSharp.Modules.Linear tokens = nn.Linear(Width, Width);

    public TinyBackbone()
        : base("tiny")
    {
        RegisterComponents();
        Golden.SetWeights(this, "tiny");
    }

    public nn.Module Module => this;

    public int Channels => 1;

    public int FeatureDimension => Width;

    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("stem", [.. stem.parameters(), .. norm.parameters()]),
        new("tokens", [.. tokens.parameters()]),
    ];

    public bool SawTraining { get; private set; }

    public int Passes { get; private set; }

    public bool SawGradient { get; private set; }

    public Tensor Forward(Tensor images) => FeaturesOf(ForwardLayers(images));

    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[1].mean([1]);

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        Passes++;
        SawTraining |= training;
        SawGradient |= is_grad_enabled();
        var maps = norm.call(stem.call(images)); // [N, 6, 3, 3]
        return [maps, tokens.call(maps.flatten(2).transpose(1, 2))]; // [N, 9, 6]
    }
}
