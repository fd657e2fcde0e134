namespace SslFramework.Plugins.Segmentation;

/// <summary>All settings of a segmentation, spelled out.</summary>
public sealed record SegmentationSettings
{
    private const double FirstMilestone = 0.7;
    private const double SecondMilestone = 0.9;

    /// <summary>What makes scores of maps.</summary>
    public required HeadKind Head { get; init; }

    /// <summary>Updates.</summary>
    public required int Steps { get; init; }

    /// <summary>Images per step; all of them if there are fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate falls.</summary>
    public RateDecay Decay { get; init; }

    /// <summary>Steps of linear growth of the rate from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The update rule.</summary>
    public SegmentationOptimizer Optimizer { get; init; }

    /// <summary>Weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Factor by which a layer's rate shrinks for each layer above it.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Probability of skipping a branch of the last block, for backbones that can.</summary>
    public double DropPath { get; init; }

    /// <summary>Probability that a channel is dropped before the classifier of <c>upernet</c>.</summary>
    public double Dropout { get; init; }

    /// <summary>The stride that the last map is lowered to, by dilation, if it is higher; null leaves it.</summary>
    public int? OutputStride { get; init; }

    /// <summary>Channels of the head's maps.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Dilation of the convolutions of <c>fcn</c>.</summary>
    public int Dilation { get; init; } = 6;

    /// <summary>Weight of the loss of a second, smaller classifier on the third map of <c>upernet</c>; 0 leaves it out.</summary>
    public double Auxiliary { get; init; }

    /// <summary>Whether scores are interpolated between the middles of the outermost pixels, and not between their edges.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>The most that one class may have of a view to learn from, before the view is drawn anew.</summary>
    public double LargestShare { get; init; } = 1;

    /// <summary>Side of the windows that test images are cut into; null takes them whole.</summary>
    public int? Window { get; init; }

    /// <summary>Pixels from one window to the next.</summary>
    public int? WindowStride { get; init; }

    /// <summary>Decides the head's weights, orders and views.</summary>
    public int Seed { get; init; }

    /// <summary>The learning rate of a step, from 0.</summary>
    public double RateAt(long step)
    {
        var done = (double)step / Steps;
        var fallen = Decay == RateDecay.Linear ? 1 - done : done < FirstMilestone ? 1 : done < SecondMilestone ? 0.1 : 0.01;
        return LearningRate * fallen * (step < WarmupSteps ? (double)step / WarmupSteps : 1);
    }
}
