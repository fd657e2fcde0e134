using System.Text.Json.Serialization;

namespace SslFramework.Plugins.Detection;

/// <summary>The update rule.</summary>
internal enum DetectionOptimizer
{
    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>AdamW with β 0.9 and 0.999.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,
}

/// <summary>All settings of a detector and its training, spelled out.</summary>
internal sealed record DetectionSettings
{
    /// <summary>What lies between the backbone and the heads.</summary>
    public NeckKind Neck { get; init; }

    /// <summary>Whether masks are learned and measured.</summary>
    public bool Masks { get; init; }

    /// <summary>Whether keypoints are.</summary>
    public bool Keypoints { get; init; }

    /// <summary>Steps of training.</summary>
    public int Steps { get; init; } = 90_000;

    /// <summary>Images per step; all of them if there are fewer.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The update rule.</summary>
    public DetectionOptimizer Optimizer { get; init; }

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Steps of linear growth of the rate.</summary>
    public int WarmupSteps { get; init; } = 1000;

    /// <summary>The share of the rate that the growth begins with.</summary>
    public double WarmupShare { get; init; } = 0.001;

    /// <summary>Steps after which the rate falls to a tenth.</summary>
    public IReadOnlyList<int> Milestones { get; init; } = [60_000, 80_000];

    /// <summary>Weight decay of weight matrices; biases and norms have none.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Factor by which a layer's rate shrinks for each layer above it.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Probability of skipping a branch of a transformer's last block.</summary>
    public double DropPath { get; init; }

    /// <summary>How maps of new convolutions are normalized.</summary>
    public NewNorm Norm { get; init; }

    /// <summary>Steps without learning at the end, from which statistics of batch norms are taken; 0 keeps the running ones.</summary>
    public int NormSteps { get; init; }

    /// <summary>Images of a class that fewer than this share of images show are repeated; 0 for none.</summary>
    public double RepeatBelow { get; init; }

    /// <summary>Square roots of anchors' areas: all on one map, or one per map of a pyramid.</summary>
    public IReadOnlyList<double> AnchorSizes { get; init; } = [32, 64, 128, 256, 512];

    /// <summary>Heights of anchors per width.</summary>
    public IReadOnlyList<double> AnchorRatios { get; init; } = [0.5, 1, 2];

    /// <summary>Maps of the backbone that make a pyramid.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Channels of a pyramid and of a mask head.</summary>
    public int Channels { get; init; } = 256;

    /// <summary>Length of the box head's vectors.</summary>
    public int Hidden { get; init; } = 1024;

    /// <summary>Convolutions before proposals.</summary>
    public int ProposalConvolutions { get; init; } = 1;

    /// <summary>Convolutions of the box head.</summary>
    public int BoxConvolutions { get; init; }

    /// <summary>Fully connected layers of the box head.</summary>
    public int BoxLayers { get; init; } = 2;

    /// <summary>Rows and columns that boxes are resampled to for the box head.</summary>
    public int BoxSide { get; init; } = 7;

    /// <summary>Those for masks and keypoints; a mask has twice as many.</summary>
    public int MaskSide { get; init; } = 14;

    /// <summary>Convolutions of the mask head.</summary>
    public int MaskConvolutions { get; init; } = 4;

    /// <summary>Convolutions of the keypoint head.</summary>
    public int KeypointConvolutions { get; init; } = 8;

    /// <summary>Their channels.</summary>
    public int KeypointChannels { get; init; } = 512;

    /// <summary>Anchors per image that proposals are learned from.</summary>
    public int ProposalSamples { get; init; } = 256;

    /// <summary>Proposals per map before overlapping ones are removed, in training.</summary>
    public int CandidatesInTraining { get; init; } = 2000;

    /// <summary>Proposals per image in training.</summary>
    public int ProposalsInTraining { get; init; } = 1000;

    /// <summary>Proposals per map before overlapping ones are removed.</summary>
    public int Candidates { get; init; } = 1000;

    /// <summary>Proposals per image.</summary>
    public int Proposals { get; init; } = 1000;

    /// <summary>Boxes per image that heads learn from.</summary>
    public int RoiSamples { get; init; } = 512;

    /// <summary>Below this, the loss of a box's number is quadratic; 0 for none.</summary>
    public double BoxBeta { get; init; }

    /// <summary>Detections with no higher score are left out.</summary>
    public double LeastScore { get; init; } = 0.05;

    /// <summary>The highest overlap of two detections of a class.</summary>
    public double MostOverlap { get; init; } = 0.5;

    /// <summary>Detections per image.</summary>
    public int MostDetections { get; init; } = 100;

    /// <summary>Seed of new weights, orders, views and samples.</summary>
    public int Seed { get; init; }

    /// <summary>The sizes of anchors on each of so many maps.</summary>
    /// <exception cref="ExperimentException">There are not as many sizes as maps.</exception>
    public IReadOnlyList<IReadOnlyList<double>> AnchorsFor(int maps) =>
        maps == 1 ? [AnchorSizes] : AnchorSizes.Count == maps ? [.. AnchorSizes.Select(size => (double[])[size])]
        : throw new ExperimentException(
            FailureKind.Config,
            $"\"anchorSizes\" has {AnchorSizes.Count} numbers, but the neck gives {maps} maps, each of which has one; give {maps}.");
}
