using TorchSharp.Modules;

namespace SslFramework.Plugins.IGPT;

/// <summary>
/// Image GPT: predicts the color of every pixel from those before it, or of hidden pixels from all others. Chen et al. 2020,
/// https://proceedings.mlr.press/v119/chen20s.html
/// </summary>
public sealed class IgptObjective : PretextObjective<PixelTransformer>, IFigureSource
{
    private const int Completions = 4;
    private readonly Linear head; // to the scores of all colors
    private readonly IgptOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">Views have other values than 0 to 1, or backbone and options do not fit.</exception>
    public IgptObjective(IgptOptions options, IBackboneFactory backbones, DataInfo data)
        : base(backbones.Create<PixelTransformer>())
    {
        this.options = options;
        data.RequireUnitRange("The objective \"igpt\"");
        if (Backbone.IsCausal != (options.Objective == PixelObjective.Autoregressive))
        {
            throw new ExperimentException(
                FailureKind.Config,
                Backbone.IsCausal
                    ? "The objective \"masked\" predicts hidden pixels from all others, but the backbone shows each only those before it; "
                        + "set \"causal\": false in \"backbone\"."
                    : "The objective \"autoregressive\" predicts each pixel from those before it, but the backbone shows it all others; "
                        + "set \"causal\": true in \"backbone\", or \"objective\": \"masked\" in \"objective\".");
        }

        head = nn.Linear(Backbone.FeatureDimension, Backbone.Colors, hasBias: false);
        nn.init.zeros_(head.weight); // so that the first loss is exactly ln V
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var pixels = Backbone.Quantize(batch.Single()); // [N, L]
        var (loss, accuracy) = Predict(pixels, Hidden(batch, step.Random));
        var shares = pixels.flatten().bincount(null, Backbone.Colors).to(float32) / pixels.numel(); // of the colors, [V]
        return new StepResult(
            loss,
            ("accuracy", accuracy),
            ("colorEntropy", shares.clamp_min(1e-30).log().mul(shares).sum().neg()),
            ("commonestColor", shares.max()));
    }

    /// <summary>Draws what the network makes of halves of views, or of views with hidden pixels.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var pixels = Backbone.Quantize(batch.Single());
        var view = Backbone.Paint(pixels);
        if (Hidden(batch, step.Random) is { } hidden)
        {
            var guessed = Backbone.Paint(where(hidden, Scores(Backbone.Encode(pixels, hidden)).argmax(2), pixels));
            var cover = hidden.view(-1, 1, view.shape[2], view.shape[3]);
            return [Drawn(
                "Hidden pixels, and the likeliest colors for them",
                ["seen", "guessed", "view"],
                view.masked_fill(cover, 0.5), guessed, view)];
        }

        var known = view.shape[2] / 2; // rows
        var half = view.clone();
        half.narrow(2, known, view.shape[2] - known).fill_(0.5);
        var completed = Enumerable.Range(1, Completions).Select(
            stream => Backbone.Paint(Completed(pixels, known * view.shape[3], step.Random.Uniform(batch, Backbone.Length, stream))));
        return [Drawn(
            "Upper halves, and lower halves that the network draws for them",
            ["seen", "drawn", .. Enumerable.Repeat("", Completions - 1), "view"],
            [half, .. completed, view])];

        static Figure Drawn(string title, string[] columns, params Tensor[] pictures) => new(
            title, stack(pictures, 1).clamp(0, 1).mul(255).round().to(uint8).cpu().MoveToOuterDisposeScope(), columns);
    }

    /// <summary>The loss of pixels, [N, L], and the share of them that are predicted rightly: of all, or of hidden ones, [N, L].</summary>
    internal (Tensor Loss, Tensor Accuracy) Predict(Tensor pixels, Tensor? hidden)
    {
        var scores = Scores(Backbone.Encode(pixels, hidden)); // [N, L, V]
        var each = nn.functional.cross_entropy(scores.flatten(0, 1), pixels.flatten(), reduction: nn.Reduction.None).view(pixels.shape);
        return (MeanOf(each), MeanOf(scores.detach().argmax(2).eq(pixels).to(float32)));

        Tensor MeanOf(Tensor values) => // over an image first: each counts alike
            hidden is null ? values.mean() : ((values * hidden.to(values.dtype)).sum([1]) / hidden.sum([1])).mean();
    }

    /// <summary>Keeps some pixels, and draws each further one from what the network expects after those before it.</summary>
    /// <param name="pixels">int64 [N, L].</param>
    /// <param name="known">How many are kept.</param>
    /// <param name="uniform">Random numbers, [N, L].</param>
    internal Tensor Completed(Tensor pixels, long known, Tensor uniform)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (drawn, memory) = (pixels.clone(), Backbone.NewMemory());
        for (var place = 0; place < Backbone.Length; place++)
        {
            using var one = NewDisposeScope();
            var tokens = Backbone.EncodeNext(drawn.select(1, Math.Max(0, place - 1)), place, memory); // [N, D]
            if (place >= known)
            {
                var below = Scores(tokens).softmax(1).cumsum(1); // [N, V]
                var color = below.le(uniform.narrow(1, place, 1).to(below.dtype)).sum([1]).clamp_max(Backbone.Colors - 1);
                drawn.select(1, place).copy_(color);
            }
        }

        foreach (var block in memory)
        {
            block.Dispose();
        }

        return drawn.MoveToOuterDisposeScope();
    }

    private Tensor Scores(Tensor tokens) => head.call(tokens).AtLeastFloat32();

    /// <summary>The pixels that are hidden, at least one in each image, bool [N, L]; null if none are.</summary>
    private Tensor? Hidden(ViewBatch batch, StepRandom random)
    {
        if (options.Objective == PixelObjective.Autoregressive)
        {
            return null;
        }

        var uniform = random.Uniform(batch, Backbone.Length);
        return uniform.lt(options.MaskProbability).logical_or(uniform.eq(uniform.amin([1], keepdim: true)));
    }
}
