using System.Globalization;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>The labeled images of an evaluation, and what their content is.</summary>
internal sealed record EvaluationImages
{
    public required LabeledImages Train { get; init; }

    public required LabeledImages Test { get; init; }

    public required ViewShape Shape { get; init; }

    public required EvaluationData TrainData { get; init; }

    public required EvaluationData TestData { get; init; }

    /// <summary>Test images whose pixels are also a train image's.</summary>
    public required int Overlap { get; init; }

    /// <summary>Opens the images and reads each of them once.</summary>
    /// <exception cref="ExperimentException">A source has no labels but needs some, or parts do not fit together.</exception>
    public static EvaluationImages Open(EvaluationContext context, EvaluationConfig config, EvaluationNeeds needs)
    {
        var (labeled, tested) = Sources(context, config, needs);
        foreach (var note in labeled.Notes.Concat(tested.Notes).Distinct().Except(context.Source?.Notes ?? []))
        {
            Messages.Warn(note); // the source's own were said when it was opened
        }

        var (trainSource, trainContent) = Usable(labeled, config.Train ?? context.Data, context);
        var (testSource, testContent) = Usable(tested, config.Test, context);
        var (train, test, shape) = Fit(context, config, trainSource, testSource, needs.Classes);
        return new()
        {
            Train = train,
            Test = test,
            Shape = shape,
            TrainData = new(config.Train?.Descriptor.Name ?? "data", train.Count, train.Classes.Count, trainContent.Hash),
            TestData = new(config.Test.Descriptor.Name, test.Count, test.Classes.Count, testContent.Hash),
            Overlap = testContent.Overlap(trainContent),
        };
    }

    /// <summary>Opens the images and reads none of them: what does not fit together is known without.</summary>
    /// <returns>The shape of what the network will be given.</returns>
    /// <exception cref="ExperimentException">As <see cref="Open"/>.</exception>
    public static ViewShape Check(EvaluationContext context, EvaluationConfig config, EvaluationNeeds needs)
    {
        var (train, test) = Sources(context, config, needs);
        return Fit(context, config, train, test, needs.Classes).Shape;
    }

    private static (IDataSource Train, IDataSource Test) Sources(EvaluationContext context, EvaluationConfig config, EvaluationNeeds needs)
    {
        var train = config.Train is not null
            ? context.Components.CreateAt(context.Place + "train", config.Train)
            : context.Source ?? throw new ExperimentException(
                FailureKind.Config,
                "The evaluation needs \"train\", a data source with labels to learn from: weights from a file bring none.");
        var test = context.Components.CreateAt(context.Place + "test", config.Test);
        needs.Check(train, (config.Train ?? context.Data)?.Descriptor.Name ?? "data");
        needs.Check(test, config.Test.Descriptor.Name);
        return (train, test);
    }

    private static (LabeledImages Train, LabeledImages Test, ViewShape Shape) Fit(
        EvaluationContext context, EvaluationConfig config, IDataSource trainSource, IDataSource testSource, bool needsLabels)
    {
        var size = trainSource.Size == testSource.Size ? testSource.Size : null;
        var transform = OneView("transform", config.Transform, size);
        long? memory = config.FeatureMegabytes is { } megabytes ? (long)megabytes << 20 : null;
        var trainTransform = config.TrainTransform is null ? null : OneView("trainTransform", config.TrainTransform, trainSource.Size);
        var train = PlacedComponents.At(config.Train is null ? "data" : context.Place + "train", () =>
            new LabeledImages(trainSource, transform, context.Device, context.LoaderThreads, needsLabels)
            {
                TrainTransform = trainTransform,
                Group = context.Group,
                FeatureMemory = memory,
            });
        var test = PlacedComponents.At(context.Place + "test", () =>
            new LabeledImages(testSource, transform, context.Device, context.LoaderThreads, needsLabels)
            {
                Views = trainTransform ?? Views(context, testSource),
                Group = context.Group,
                FeatureMemory = memory,
            });
        return (train, test, transform.Views[0]);

        IAugmentation OneView(string key, Component<IAugmentation> component, ImageSize? of) =>
            PlacedComponents.At(
                context.Place + key, () => LabeledImages.OneView(Transform(component, context.Components, trainSource, of)));
    }

    /// <summary>The images without those that cannot be used, which are reported: nothing is measured on others in their place.</summary>
    private static (IDataSource Images, DataFingerprint Content) Usable(
        IDataSource source, Component<IDataSource>? madeOf, EvaluationContext context)
    {
        var content = DataFingerprint.Of(source, context.Progress, OptionsWriter.Write(madeOf)?.ToJsonString());
        var usable = content.Usable;
        var bad = source.Count - usable.Count;
        if (bad == 0)
        {
            return (source, content);
        }

        var sentence = $"{bad} of {source.Count} images of the evaluation cannot be used";
        if (bad > context.MaximumBad * source.Count)
        {
            var rule = string.Create(CultureInfo.InvariantCulture, $"more than the {context.MaximumBad:P0} that \"maximumBad\" allows");
            throw new ExperimentException(
                FailureKind.Data, $"{sentence}, {rule}; 'ssl data check' lists them: repair or remove them.");
        }

        Messages.Warn($"{sentence} and are left out; 'ssl data check' lists them.");
        return (new SourceSubset(source, usable), content);
    }

    /// <summary>A transform for images that may differ from those of pretraining.</summary>
    public static IAugmentation Transform(
        Component<IAugmentation> transform, IComponentFactory components, IDataSource images, ImageSize? size) =>
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
