using TorchSharp.Modules;

namespace SslFramework.Plugins.CPC;

/// <summary>Predicts patches from the rows above them: the networks and the loss of one direction.</summary>
internal sealed class Prediction : nn.Module
{
    private readonly MaskedContext context;
    private readonly Conv2d target;
    private readonly ModuleList<Conv2d> predictors; // one for each offset
    private readonly CpcOptions options;

    /// <summary>Makes the networks.</summary>
    /// <param name="options">Those of the objective.</param>
    /// <param name="channels">D, the length of a patch's features.</param>
    public Prediction(CpcOptions options, int channels)
        : base(nameof(Prediction))
    {
        this.options = options;
        context = new(channels, options.ContextWidth, options.ContextBlocks);
        target = nn.Conv2d(channels, options.Dimension, 1);
        predictors = new([.. Offsets.Select(_ => nn.Conv2d(channels, options.Dimension, 1))]);
        RegisterComponents();
    }

    private IEnumerable<int> Offsets => Enumerable.Range(options.FirstOffset, options.LastOffset - options.FirstOffset + 1);

    /// <summary>Computes the sum of the losses of all offsets, and the share of patches that are told from all others.</summary>
    /// <param name="z">Features of the patches, [n, D, R, S].</param>
    /// <param name="replicas">The processes, whose patches are negatives too.</param>
    public (Tensor Loss, Tensor Accuracy) Compute(Tensor z, IReplicas replicas)
    {
        var targets = replicas.Gather(Rows(target.call(z))); // [N · R · S, d]
        var c = context.call(z);
        var results = Offsets.Zip(predictors, (k, p) => Loss(targets, p.call(c), k, options.Scale, replicas.Rank)).ToArray();
        return (
            results.Select(result => result.Loss).Aggregate((sum, loss) => sum + loss),
            results.Select(result => result.Accuracy).Aggregate((sum, accuracy) => sum + accuracy) / results.Length);
    }

    /// <summary>Compares what is predicted of each patch, <see cref="CpcOptions.FirstOffset"/> rows further, with all patches.</summary>
    /// <returns>[n · (R − k) · S, n · R · S].</returns>
    public Tensor Scores(Tensor z) =>
        Scores(Rows(target.call(z)), predictors[0].call(context.call(z)), options.FirstOffset, options.Scale);

    /// <summary>Tells the patch that lies so many rows below each place from all patches of all images.</summary>
    /// <param name="targets">Those of all processes, [N · R · S, d].</param>
    /// <param name="predictions">This process's, [n, d, R, S].</param>
    /// <param name="offset">k, rows.</param>
    /// <param name="scale">What predictions are multiplied by.</param>
    /// <param name="rank">This process's number.</param>
    internal static (Tensor Loss, Tensor Accuracy) Loss(Tensor targets, Tensor predictions, int offset, double scale, int rank)
    {
        using var float32Only = Autocast.Pause(predictions.device_type);
        var logits = Scores(targets, predictions, offset, scale); // [n · (R − k) · S, N · R · S]
        var labels = Labels(predictions, offset) + (rank * predictions.numel() / predictions.shape[1]);
        return (nn.functional.cross_entropy(logits, labels), logits.detach().argmax(1).eq(labels).to(float32).mean());
    }

    /// <summary>The number of the patch that lies so many rows below each place that has one, int64 [n · (R − k) · S].</summary>
    internal static Tensor Labels(Tensor predictions, int offset)
    {
        var (n, rows, columns) = (predictions.shape[0], predictions.shape[2], predictions.shape[3]);
        return arange(n * rows * columns, int64, predictions.device).view(n, rows, columns).narrow(1, offset, rows - offset).flatten();
    }

    /// <summary>[n, d, R, S] → [n · R · S, d], at least float32.</summary>
    internal static Tensor Rows(Tensor maps) => maps.permute(0, 2, 3, 1).flatten(0, 2).AtLeastFloat32();

    private static Tensor Scores(Tensor targets, Tensor predictions, int offset, double scale)
    {
        using var float32Only = Autocast.Pause(predictions.device_type);
        return (Rows(predictions.narrow(2, 0, predictions.shape[2] - offset)) * scale).mm(targets.t());
    }
}
