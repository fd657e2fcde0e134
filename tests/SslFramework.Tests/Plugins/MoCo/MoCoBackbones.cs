using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins.MoCo;

/// <summary>Small backbones for 8 × 8 gray images.</summary>
internal static class MoCoBackbones
{
    public static readonly ViewShape Shape = new(1, 8, 8);

    private static readonly DataInfo Data = new(64, 1);

    /// <summary>With batch norm.</summary>
    public static TestBackbones Convolution { get; } = new(() => new TestBackbone(1, 16));

    /// <summary>With layer norm only: what an image gives does not depend on its batch.</summary>
    public static TestBackbones WithoutBatchStatistics { get; } = new(() => new VisionTransformer(
        new VisionTransformerOptions { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 1, Heads = 2 }, Data));

    /// <summary>With batch norm over each half of the batch.</summary>
    public static TestBackbones SplitInTwo { get; } = new(() => new ResNet18(
        new ResNetOptions
        {
            Stem = ResNetStem.Small,
            Width = 4,
            BlocksPerStage = [1, 1],
            Normalization = new NormalizationOptions { Kind = NormalizationKind.SplitBatchNorm, Splits = 2 },
        },
        Data));

    /// <summary>The same images with a little noise on each view; <paramref name="images"/> are kept the same by the caller.</summary>
    public static ViewBatch NoisyViews(Tensor images, IReadOnlyList<long> indices, int views, long seed)
    {
        var noise = TestSteps.Batch(views, Shape, (int)images.shape[0], seed);
        return new ViewBatch([.. noise.Views.Select(n => images + (n * 0.1))], indices);
    }

    /// <summary>Trains with Adam and returns the last step's accuracy and loss.</summary>
    public static (double Accuracy, double Loss) Train(IPretextObjective objective, int steps, double learningRate, Func<int, ViewBatch> batchOf)
    {
        objective.Module.train();
        using var optimizer = optim.Adam(objective.Module.parameters().Where(p => p.requires_grad).ToArray(), learningRate);
        var (accuracy, loss) = (0.0, 0.0);
        for (var s = 0; s < steps; s++)
        {
            using var scope = NewDisposeScope();
            var step = new StepContext(s, steps, s, steps, new StepRandom(1, s), SslFramework.Core.Distributed.SingleReplica.Instance);
            objective.Module.zero_grad();
            var result = objective.ComputeLoss(batchOf(s), step);
            result.Loss.backward();
            optimizer.step();
            objective.AfterUpdate(step);
            (accuracy, loss) = (Metric(result, "accuracy"), result.Loss.ToDouble());
        }

        return (accuracy, loss);
    }

    /// <summary>The authors' momentum update, word for word: every parameter under <c>key.</c> from the one without it.</summary>
    public static void MoveKeyEncoder(nn.Module objective, double momentum)
    {
        using var gradient = no_grad();
        var parameters = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, slow) in parameters.Where(p => p.Key.StartsWith("key.", StringComparison.Ordinal)))
        {
            slow.copy_((slow * momentum) + (parameters[name["key.".Length..]] * (1 - momentum)));
        }
    }

    /// <summary>A step of plain gradient descent.</summary>
    public static void Descend(nn.Module module, Tensor loss, double learningRate)
    {
        module.zero_grad();
        loss.backward();
        using var gradient = no_grad();
        foreach (var parameter in module.parameters().Where(p => p.grad is not null))
        {
            parameter.sub_(parameter.grad! * learningRate);
        }
    }

    public static double Metric(StepResult result, string name) => result.Metrics.Single(m => m.Name == name).Value.ToDouble();
}
