using System.ComponentModel.DataAnnotations;
using SslFramework;

namespace TestPlugins.Good;

public sealed record GoodBackboneOptions
{
    [Range(1, 64)]
    public int Dimension { get; init; } = 4;
}

/// <summary>The mean of each channel, and a linear layer.</summary>
public sealed class GoodBackbone : nn.Module, IBackbone
{
    private readonly TorchSharp.Modules.Linear fc;

    public GoodBackbone(GoodBackboneOptions options, DataInfo data)
        : base("good")
    {
        (FeatureDimension, Channels) = (options.Dimension, data.Channels);
        fc = nn.Linear(data.Channels, options.Dimension);
        RegisterComponents();
    }

    public nn.Module Module => this;

    public int Channels { get; }

    public int FeatureDimension { get; }

    public IReadOnlyList<BackboneLayer> Layers => [new("fc", [.. fc.parameters()])];

    public Tensor Forward(Tensor images) => fc.call(images.mean([2, 3])); // [N, C, H, W] → [N, D]

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
}
