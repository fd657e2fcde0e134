using SslFramework.Core.Backbones.Transformers;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.DINO;

/// <summary>Computes the cosines of features with learned prototypes, by the keys of the authors' head.</summary>
public sealed class DinoHead : nn.Module<Tensor, Tensor>
{
    private readonly Sequential mlp;

    [ComponentName(Name = "last_layer")]
    private readonly WeightNormLinear prototypes;

    /// <summary>Makes the head: linear layers start as a transformer's, prototypes as an ordinary linear layer.</summary>
    /// <param name="features">Length of a feature vector.</param>
    /// <param name="options">The options.</param>
    public DinoHead(int features, DinoHeadOptions options)
        : base(nameof(DinoHead))
    {
        mlp = nn.Sequential();
        var (input, hidden) = (features, options.HiddenDimension);
        for (var layer = 1; layer < options.Layers; layer++, input = hidden)
        {
            mlp.append(nn.Linear(input, hidden));
            if (options.BatchNorm)
            {
                mlp.append(nn.BatchNorm1d(hidden));
            }

            mlp.append(nn.GELU());
        }

        mlp.append(nn.Linear(input, options.Dimension));
        TransformerWeights.Initialize(mlp, TransformerInitialization.Timm);
        prototypes = new WeightNormLinear(options.Dimension, options.Prototypes, options.TrainLength ?? false);
        RegisterComponents();
    }

    /// <summary>Takes the gradient of the prototypes away: optimizers then skip them.</summary>
    public void FreezePrototypes() => prototypes.parameters().ToList().ForEach(parameter => parameter.grad = null);

    /// <summary>[N, d] → [N, K].</summary>
    public override Tensor forward(Tensor features) => prototypes.call(Embed(features));

    /// <summary>What is compared with the prototypes: [N, d] → [N, D], rows of length 1.</summary>
    public Tensor Embed(Tensor features) => mlp.call(features).UnitRows();
}
