using SslFramework.Core.Data;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Evaluation;

/// <summary>The labelled images of an evaluation, and what their content is.</summary>
internal sealed record EvaluationImages
{
    public required LabelledImages Train { get; init; }

    public required LabelledImages Test { get; init; }

    public required ViewShape Shape { get; init; }

    public required EvaluationData TrainData { get; init; }

    public required EvaluationData TestData { get; init; }

    /// <summary>Test images whose pixels are also a train image's.</summary>
    public required int Overlap { get; init; }

    /// <exception cref="ExperimentException">A source has no labels, or parts do not fit together.</exception>
    public static EvaluationImages Open(EvaluationContext context, EvaluationConfig config)
    {
        var trainSource = config.Train is not null ? context.Components.Create(config.Train) : context.Source ?? throw new ExperimentException(
            ExitCode.Config, "The evaluation needs \"train\", a data source with labels to learn from: weights from a file bring none.");
        var testSource = context.Components.Create(config.Test);
        var size = trainSource.Size == testSource.Size ? testSource.Size : null;
        var transform = Transform(config.Transform, context.Components, trainSource, size);
        var trainTransform = config.TrainTransform is null ? null : Transform(config.TrainTransform, context.Components, trainSource, trainSource.Size);
        var train = new LabelledImages(trainSource, transform, context.Device, context.LoaderThreads) { TrainTransform = trainTransform };
        var test = new LabelledImages(testSource, transform, context.Device, context.LoaderThreads) { Views = trainTransform ?? Views(context, testSource) };
        var (trainContent, testContent) = (DataFingerprint.Of(trainSource), DataFingerprint.Of(testSource));
        return new()
        {
            Train = train,
            Test = test,
            Shape = transform.Views[0],
            TrainData = new(config.Train?.Descriptor.Name ?? "data", train.Count, train.Classes.Count, trainContent.Hash),
            TestData = new(config.Test.Descriptor.Name, test.Count, test.Classes.Count, testContent.Hash),
            Overlap = testContent.Overlap(trainContent),
        };
    }

    /// <summary>A transform for images that may differ from those of pretraining.</summary>
    public static IAugmentation Transform(Component<IAugmentation> transform, IComponentFactory components, IDataSource images, ImageSize? size) =>
        components.Create(transform, new DataInfo(images.Count, images.Channels) { Size = size });

    /// <summary>The views of pretraining, or null where these images are too different for them.</summary>
    private static IAugmentation? Views(EvaluationContext context, IDataSource images)
    {
        try
        {
            return context.Views is null ? null : Transform(context.Views, context.Components, images, images.Size);
        }
        catch (ExperimentException)
        {
            return null;
        }
    }
}
