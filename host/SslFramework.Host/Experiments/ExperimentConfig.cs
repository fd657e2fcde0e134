using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Engine.Training;

namespace SslFramework.Host.Experiments;

/// <summary>One experiment, as its file says it.</summary>
internal sealed record ExperimentConfig
{
    /// <summary>Names the run folder.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", ErrorMessage = "{0} names the run folder: "
        + "use letters, digits, '.', '_' and '-', at most 100")]
    public required string Name { get; init; }

    /// <summary>What the experiment is, and how to run it.</summary>
    public string Description { get; init; } = "";

    /// <summary>What to expect of it: time and numbers.</summary>
    public string Expected { get; init; } = "";

    /// <summary>The source of all randomness.</summary>
    [Range(0, long.MaxValue)]
    public long Seed { get; init; }

    /// <summary>Where to compute.</summary>
    public DeviceChoice Device { get; init; } = DeviceChoice.Auto;

    /// <summary>Number format of the forward pass.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Threads of the tensor library on the CPU; all cores where absent. Another number gives other last bits.</summary>
    [Range(1, 4096)]
    public int? Threads { get; init; }

    /// <summary>The images to learn from; labels are not read.</summary>
    public required Component<IDataSource> Data { get; init; }

    /// <summary>How views are made.</summary>
    public required Component<IAugmentation> Augmentation { get; init; }

    /// <summary>The network that is pretrained.</summary>
    public required Component<IBackbone> Backbone { get; init; }

    /// <summary>The method.</summary>
    public required Component<IPretextObjective> Objective { get; init; }

    /// <summary>The optimizer.</summary>
    public required Component<IOptimizer> Optimizer { get; init; }

    /// <summary>The learning rate.</summary>
    public required Component<ISchedule> Schedule { get; init; }

    /// <summary>How long and in what portions to train.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>What is measured meanwhile; nothing where absent.</summary>
    public MonitorConfig? Monitor { get; init; }

    /// <summary>What is measured afterwards; nothing where absent.</summary>
    public EvaluationConfig? Evaluation { get; init; }

    /// <summary>What is measured afterwards on other images as well, such as segmentation; its numbers stand beside the others.</summary>
    public IReadOnlyList<TransferConfig> Transfers { get; init; } = [];

    /// <summary>Where each value that was written down stands, by its key; other values are defaults. No part of the experiment.</summary>
    internal IReadOnlyDictionary<string, string> Origins { get; init; } = new Dictionary<string, string>();
}

/// <summary>Where to compute.</summary>
[RefusedValue("gpu", "NVIDIA's GPUs are called \"cuda\"")]
internal enum DeviceChoice
{
    /// <summary>The GPU where there is one.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,
}
