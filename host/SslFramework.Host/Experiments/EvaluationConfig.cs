using System.ComponentModel.DataAnnotations;

namespace SslFramework.Host.Experiments;

/// <summary>What is measured after training, on labeled images.</summary>
internal record EvaluationConfig
{
    /// <summary>Labeled images to learn from; those of <c>data</c> where absent.</summary>
    public Component<IDataSource>? Train { get; init; }

    /// <summary>Labeled images to measure on.</summary>
    public required Component<IDataSource> Test { get; init; }

    /// <summary>How an image becomes the network's input, without chance.</summary>
    public required Component<IAugmentation> Transform { get; init; }

    /// <summary>
    /// How an image is changed by chance while a classifier learns; classifiers learn from unchanged images where absent.
    /// </summary>
    public Component<IAugmentation>? TrainTransform { get; init; }

    /// <summary>What to measure.</summary>
    [MinLength(1, ErrorMessage = "{0} needs at least one evaluator")]
    public required IReadOnlyList<Component<IEvaluator>> Evaluators { get; init; }

    /// <summary>
    /// Megabytes (2^20 bytes) that features may take at once: layers that do not fit take further passes over the images, and a single
    /// layer that does not fit stays in the CPU's memory. Where absent 2048, or a quarter of a GPU's memory where that is more.
    /// </summary>
    [Range(1, 1 << 24)]
    public int? FeatureMegabytes { get; init; }

    /// <summary>
    /// Also measure the same backbone with random weights, and raw pixels, in the same way. Fine-tuning random weights is
    /// training from scratch.
    /// </summary>
    public bool Baselines { get; init; } = true;

    /// <summary>What else to measure in the same way; each takes time of its own.</summary>
    public IReadOnlyList<FurtherBaseline> FurtherBaselines { get; init; } = [];
}

/// <summary>Baselines that are measured when asked for.</summary>
internal enum FurtherBaseline
{
    /// <summary>The backbone pretrained with labels, on the experiment's data, views, optimizer, schedule and epochs.</summary>
    Supervised,

    /// <summary>
    /// Random weights, rescaled so that every layer's output has mean 0 and variance 1 (https://arxiv.org/abs/1511.06856).
    /// </summary>
    RescaledRandom,
}
