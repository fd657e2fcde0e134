using SslFramework.Core.Data;
using SslFramework.Host.Configuration;
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

    /// <exception cref="ExperimentException">A source has no labels but needs some, or parts do not fit together.</exception>
    public static EvaluationImages Open(EvaluationContext context, EvaluationConfig config, bool needsLabels)
    {
        var labelled = config.Train is not null ? context.Components.Create(config.Train) : context.Source ?? throw new ExperimentException(
            ExitCode.Config, "The evaluation needs \"train\", a data source with labels to learn from: weights from a file bring none.");
        var (trainSource, trainContent) = Usable(labelled, config.Train ?? context.Data, context.Progress);
        var (testSource, testContent) = Usable(context.Components.Create(config.Test), config.Test, context.Progress);
        var size = trainSource.Size == testSource.Size ? testSource.Size : null;
        var transform = Transform(config.Transform, context.Components, trainSource, size);
        var trainTransform = config.TrainTransform is null ? null : Transform(config.TrainTransform, context.Components, trainSource, trainSource.Size);
        long? memory = config.FeatureMegabytes is { } megabytes ? (long)megabytes << 20 : null;
        var train = new LabelledImages(trainSource, transform, context.Device, context.LoaderThreads, needsLabels) { TrainTransform = trainTransform, Group = context.Group, FeatureMemory = memory };
        var test = new LabelledImages(testSource, transform, context.Device, context.LoaderThreads, needsLabels) { Views = trainTransform ?? Views(context, testSource), Group = context.Group, FeatureMemory = memory };
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

    /// <summary>The images without those that cannot be used, which are told: nothing is measured on others in their place.</summary>
    private static (IDataSource Images, DataFingerprint Content) Usable(IDataSource source, Component<IDataSource>? madeOf, ProgressRelay progress)
    {
        var content = DataFingerprint.Of(source, progress, OptionsWriter.Write(madeOf)?.ToJsonString());
        var usable = content.Usable;
        var bad = source.Count - usable.Count;
        if (bad == 0)
        {
            return (source, content);
        }

        var sentence = $"{bad} of {source.Count} images of the evaluation cannot be used";
        if (bad > new LoaderOptions().MaximumBad * source.Count)
        {
            throw new ExperimentException(ExitCode.Data, $"{sentence}; 'ssl data check' lists them: repair or remove them.");
        }

        Console.Error.WriteLine($"warning: {sentence} and are left out; 'ssl data check' lists them.");
        return (new SourceSubset(source, usable), content);
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
