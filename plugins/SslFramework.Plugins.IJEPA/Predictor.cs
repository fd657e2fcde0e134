using SslFramework.Core.Backbones.Transformers;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.IJEPA;

/// <summary>Predicts encoded patches of places from encoded patches of others, by the keys of the authors' predictor.</summary>
public sealed class Predictor : nn.Module
{
    [ComponentName(Name = "mask_token")] private readonly Parameter maskToken; // [1, 1, P]
    [ComponentName(Name = "predictor_pos_embed")] private readonly Parameter positions; // [1, L, P], fixed
    [ComponentName(Name = "predictor_embed")] private readonly Linear embed;
    [ComponentName(Name = "predictor_blocks")] private readonly ModuleList<TransformerBlock> blocks;
    [ComponentName(Name = "predictor_norm")] private readonly LayerNorm norm;
    [ComponentName(Name = "predictor_proj")] private readonly Linear project;

    /// <summary>Makes the layers.</summary>
    /// <param name="encoder">Its tokens are what comes in and what is predicted.</param>
    /// <param name="options">The predictor's size.</param>
    /// <exception cref="ExperimentException">The sizes do not fit together.</exception>
    public Predictor(ITokenBackbone encoder, IJepaOptions options)
        : base(nameof(Predictor))
    {
        var (d, heads) = (options.PredictorDimension, options.PredictorHeads);
        if (d % 4 != 0 || d % heads != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"In \"objective\", \"predictorDimension\" {d} is not a multiple of 4 and of \"predictorHeads\" {heads}.");
        }

        var table = SinCosPositions.Mae(d, encoder.GridRows, encoder.GridColumns, prefixTokens: 0);
        maskToken = (Parameter)new Parameter(nn.init.normal_(zeros(1, 1, d), 0, 0.02)).DetachFromDisposeScope();
        positions = (Parameter)new Parameter(table, requires_grad: false).DetachFromDisposeScope();
        embed = nn.Linear(encoder.TokenDimension, d);
        blocks = nn.ModuleList([.. Enumerable.Range(0, options.PredictorDepth).Select(_ => new TransformerBlock(d, heads))]);
        norm = nn.LayerNorm(d, eps: 1e-6);
        project = nn.Linear(d, encoder.TokenDimension);
        RegisterComponents();
        TransformerWeights.Initialize(this, TransformerInitialization.Beit);
    }

    /// <summary>Predicts each target block by itself: no block sees the places of another.</summary>
    /// <param name="context">Encoded patches that are seen, [N, K, D].</param>
    /// <param name="blocks">Their places, and those of B blocks of M patches.</param>
    /// <returns>[B · N, M, D], block by block.</returns>
    public Tensor Predict(Tensor context, MultiBlocks blocks)
    {
        using var scope = NewDisposeScope();
        var (n, k, count) = (context.shape[0], context.shape[1], blocks.Targets.Count);
        var table = positions.expand(n, -1, -1);
        var seen = embed.call(context) + PatchMask.Take(table, blocks.Context); // [N, K, P]
        var asked = maskToken + cat([.. blocks.Targets.Select(block => PatchMask.Take(table, block))]); // [B · N, M, P]
        var tokens = cat([seen.repeat(count, 1, 1), asked], 1);
        tokens = this.blocks.Aggregate(tokens, (x, block) => block.call(x)).narrow(1, k, asked.shape[1]);
        return project.call(norm.call(tokens)).MoveToOuterDisposeScope();
    }
}
