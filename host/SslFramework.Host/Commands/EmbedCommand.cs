using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Loading;
using SslFramework.Host.Commands.Data;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl embed RUN_OR_CHECKPOINT --data IMAGES</c>: one feature vector an image, with the images' names.</summary>
internal static class EmbedCommand
{
    private const int BatchSize = 256;
    private const int UsualSize = 224; // of published weights
    private const string Features = "features"; // what the evaluators call them

    public static Command Define()
    {
        var target = new Argument<string>("run-or-weights") { Description = "A run that has ended, RUN/checkpoints/step-…, an export, or a file of weights" };
        var data = SharedOptions.Data();
        data.Required = true;
        var output = SharedOptions.Output("The .npy file to write, embeddings.npy where absent; the images' names go into a .csv beside it", "file");
        var layer = new Option<string?>("--layer") { Description = "A layer instead of the features, its maps or tokens averaged: layer3, blocks.5", HelpName = "name" };
        var transform = new Option<string?>("--transform") { Description = "How images become inputs, as JSON; the run's evaluation.transform where absent", HelpName = "json" };
        var backbone = new Option<string?>("--backbone") { Description = "The network of a weight file, as a name or as JSON with options" };
        var (force, set) = (SharedOptions.Force(), DataCommand.Set());
        var (json, plugins, locked, trace) = (new Option<bool>("--json") { Description = "Print what was written as JSON, for programs" }, SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "embed",
            "Write a feature vector of every image, as a NumPy file with a list of the images.",
            "ssl embed runs/my-run --data ./photos",
            "ssl embed runs/my-run --data ./photos --layer layer3 --output layer3.npy") { target, data, output, layer, transform, backbone, force, set, json, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var place = parsed.GetValue(output) ?? "embeddings.npy";
                CheckOutput(place, parsed.GetValue(force));
                var weights = TrainedWeights.Find(parsed.GetValue(target)!, installation.Components);
                var named = parsed.GetValue(backbone) is { } text ? OptionsBinder.BindAlone<IBackbone>(ConfigReader.ReadValue(text, "--backbone"), installation.Components) : null;
                var network = weights.Network(named);
                var built = weights.Build(network, installation);
                using (built.Module)
                {
                    var images = DataCommand.Open(parsed.GetValue(data)!, parsed.GetValue(set)!, installation, DataCommand.Warn, ("channels", built.Channels));
                    return Embed(built, network, weights.Experiment, images, place, parsed.GetValue(layer), parsed.GetValue(transform), parsed.GetValue(json), installation);
                }
            },
            parsed.GetValue(trace)));
        return command;
    }

    /// <summary>The features and the list of images are two files, so that their names must differ.</summary>
    private static void CheckOutput(string output, bool force)
    {
        if (!output.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new ExperimentException(FailureKind.Usage, $"--output is '{output}', but features are written as a NumPy file: end its name in .npy (a .csv beside it lists the images).");
        }

        OutputFolder.EnsureNew(force, "the features", output, ListOf(output));
        DurableFile.Check(output);
    }

    private static string ListOf(string output) => Path.ChangeExtension(output, ".csv");

    private static ExitCode Embed(IBackbone backbone, Component<IBackbone> network, ExperimentConfig? experiment, IDataSource images, string output, string? layer, string? transform, bool json, Installation installation)
    {
        var place = Place(backbone, layer);
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        var components = provider.GetRequiredService<IComponentFactory>();
        var preparation = transform is not null
            ? OptionsBinder.BindAlone<IAugmentation>(ConfigReader.ReadValue(transform, "--transform"), installation.Components)
            : experiment?.Evaluation?.Transform ?? throw new ExperimentException(
                FailureKind.Usage,
                $"{(experiment is null ? "No experiment lies beside the weights" : "The run was not evaluated")}, so that nothing says how images become inputs; say it with {Advice(experiment, network, components)}.");
        var augmentation = Prepared(preparation, components, images, transform is null ? () => Advice(experiment, network, components) : null);
        if (images.Count == 0)
        {
            throw new ExperimentException(FailureKind.Data, "There is no image to embed.");
        }

        var device = Devices.Find(experiment?.Device ?? DeviceChoice.Auto);
        backbone.Module.to(device);
        MallocTuning.KeepLargeBlocks();
        var own = experiment?.Training;
        using var loader = new ViewLoader(images, augmentation, new LoaderOptions
        {
            BatchSize = BatchSize,
            Threads = own?.LoaderThreads ?? 1,
            MaximumBad = 1, // each has a row, and those of bad ones are NaN
            Shuffle = false,
            DropLast = false,
        });
        var dimension = 0L;
        DurableFile.Write(output, stream => dimension = Write(stream, backbone, place, loader, images.Count, device));
        var bad = loader.Bad.List().ToDictionary(image => image.Index, image => image.Reason);
        var list = ListOf(output);
        DurableFile.Write(list, stream => stream.Write(Encoding.UTF8.GetBytes(Listed(images, bad))));
        if (bad.Count > 0)
        {
            Console.Error.WriteLine($"warning: {bad.Count} images cannot be used; their rows are NaN, and {list} has the reasons.");
        }

        if (json)
        {
            Console.WriteLine(new JsonObject { ["features"] = output, ["list"] = list, ["images"] = images.Count, ["dimension"] = dimension, ["unusable"] = bad.Count }.ToJsonString(ReadableJson.Indented));
        }
        else
        {
            ResultConsole.WriteLine($"{output}: {images.Count:N0} × {dimension:N0} float32; {list}: their names and classes");
        }

        return ExitCode.Success;
    }

    private static IAugmentation Prepared(Component<IAugmentation> preparation, IComponentFactory components, IDataSource images, Func<string>? advice)
    {
        try
        {
            return EvaluationImages.Transform(preparation, components, images, images.Size);
        }
        catch (ExperimentException e) when (advice is not null)
        {
            throw new ExperimentException(e.Kind, $"{e.Message} It is the run's own, for images as it learned from; for these, say {advice()}.", e);
        }
    }

    /// <summary>A transform for images of any size: to the size that the network knows, then as the run prepares its own.</summary>
    private static string Advice(ExperimentConfig? experiment, Component<IBackbone> network, IComponentFactory components)
    {
        var (height, width) = SizeKnownTo(experiment, network, components);
        var own = StepsOf(experiment?.Evaluation?.Transform) ?? StepsOf(experiment?.Augmentation)?.Where(step => step.Descriptor.Implementation == typeof(Normalize)).ToArray() ?? [];
        var steps = new JsonArray([new JsonObject { ["name"] = "resize", ["height"] = height, ["width"] = width }, .. own.Select(step => OptionsWriter.Write(step))]);
        var recipe = new JsonObject { ["name"] = "recipe", ["views"] = new JsonArray(new JsonObject { ["steps"] = steps }) };
        return $"--transform '{recipe.ToJsonString()}'{(own.Count > 0 ? "" : " with the size and normalisation that the weights know")}";
    }

    private static IReadOnlyList<Component<IRecipeStep>>? StepsOf(Component<IAugmentation>? recipe) => (recipe?.Options as RecipeOptions)?.Views[0].Steps;

    /// <summary>That of the run's evaluation, of its views where its images are gone, or what the network was made for.</summary>
    private static (int Height, int Width) SizeKnownTo(ExperimentConfig? experiment, Component<IBackbone> network, IComponentFactory components)
    {
        foreach (var preparation in new[] { experiment?.Evaluation?.Transform, experiment?.Augmentation }.OfType<Component<IAugmentation>>())
        {
            try
            {
                var images = components.Create(experiment!.Data);
                var view = EvaluationImages.Transform(preparation, components, images, images.Size).Views[0];
                return (view.Height, view.Width);
            }
            catch (ExperimentException)
            {
                continue; // it is an example
            }
        }

        var side = network.Options.GetType().GetProperty("ImageSize")?.GetValue(network.Options) as int? ?? UsualSize;
        return (side, side);
    }

    private static long Write(Stream stream, IBackbone backbone, int? layer, ViewLoader loader, int count, torch.Device device)
    {
        NpyStream? matrix = null;
        var (done, dimension) = (0, 0L);
        using var gradient = torch.no_grad();
        using var progress = new CountProgress("images", count);
        foreach (var batch in loader.Read(epoch: 0))
        {
            using var scope = torch.NewDisposeScope();
            var views = batch.Single().to(device);
            var features = layer is { } place ? FeatureExtraction.Averaged(backbone.ForwardLayers(views)[place]) : backbone.Forward(views);
            features = features.to(torch.float32).cpu().contiguous(); // [n, D]
            var bad = loader.Bad.List().Select(image => (long)image.Index).ToHashSet();
            for (var row = 0; row < batch.Count; row++)
            {
                if (bad.Contains(done + row)) // the batch itself names what it shows instead
                {
                    features[row].fill_(float.NaN); // another image stood in its place
                }
            }

            dimension = features.shape[1];
            matrix ??= new NpyStream(stream, count, dimension);
            matrix.Write(features.data<float>().ToArray());
            progress.Report(done += batch.Count);
        }

        return dimension;
    }

    private static int? Place(IBackbone backbone, string? layer)
    {
        string[] names = [.. backbone.Layers.Select(known => known.Name)];
        return layer is null or Features ? null : Array.IndexOf(names, layer) is >= 0 and var place ? place : throw new ExperimentException(
            FailureKind.Usage, $"The backbone has no layer \"{layer}\"{Nearest.Hint(layer, [Features, .. names])}.");
    }

    private static string Listed(IDataSource images, Dictionary<int, string> bad)
    {
        var text = new StringBuilder(Csv.Line("row", "image", "class", "problem"));
        for (var i = 0; i < images.Count; i++)
        {
            var name = ImageName.Of(images, i);
            var label = images.Label(i) is { } known && known < images.Classes.Count ? images.Classes[known] : "";
            text.Append(Csv.Line($"{i}", name, label, bad.GetValueOrDefault(i, "")));
        }

        return text.ToString();
    }
}
