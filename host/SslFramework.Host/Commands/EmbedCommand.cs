using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Storage;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Commands.Data;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl embed RUN_OR_CHECKPOINT --data IMAGES</c>: one feature vector per image, with the images' names.</summary>
internal sealed class EmbedCommand : GuardedCommand
{
    private const string Features = "features"; // what the evaluators call them

    private readonly Argument<string> target = new("run-or-weights")
    {
        Description = "A run that has ended, RUN/checkpoints/step-…, an export, or a file of weights",
    };

    private readonly Option<string?> data = SharedOptions.Data();
    private readonly Option<string?> output = SharedOptions.Output(
        "The .npy file to write, embeddings.npy where absent; the images' names go into a .csv beside it", "file");

    private readonly Option<string?> layer = new("--layer")
    {
        Description = "A layer instead of the features, its maps or tokens averaged: layer3, blocks.5",
        HelpName = "name",
    };

    private readonly Option<string?> transform = new("--transform")
    {
        Description = "How images become inputs, as JSON; the run's evaluation.transform where absent",
        HelpName = "json",
    };

    private readonly Option<string?> backbone = SharedOptions.Backbone();
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<string[]> set = DataArguments.ImageOptions();
    private readonly Option<bool> json = SharedOptions.Json("Print what was written as JSON, for programs");
    private readonly PluginArguments plugins = new();

    public EmbedCommand()
        : base(
            "embed",
            "Write a feature vector of every image, as a NumPy file with a list of the images.",
            "ssl embed runs/my-run --data ./photos",
            "ssl embed runs/my-run --data ./photos --layer layer3 --output layer3.npy")
    {
        data.Required = true;
        Takes([target, data, output, layer, transform, backbone, force, set, json, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var installation = plugins.Load(parsed);
        var place = parsed.GetValue(output) ?? "embeddings.npy";
        var list = Path.ChangeExtension(place, ".csv");
        CheckOutput(place, list, parsed.GetValue(force));
        var weights = TrainedWeights.Find(parsed.GetValue(target)!, installation.Components);
        var network = weights.Network(Bound<IBackbone>(parsed, backbone, installation));
        var built = weights.Build(network, installation, note => Console.Error.WriteLine(Printable.Line(note)));
        using var module = built.Module;
        var images = NamedImages.Open(
            parsed.GetValue(data)!, parsed.GetValue(set)!, installation, NamedImages.Warn, ("channels", built.Channels));
        var layerPlace = PlaceOf(parsed.GetValue(layer), built);
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        var components = provider.GetRequiredService<IComponentFactory>();
        var preparation = Bound<IAugmentation>(parsed, transform, installation) is { } named
            ? EvaluationImages.Transform(named, components, images, images.Size)
            : new TransformAdvice(weights.Experiment, network, components).OfTheRun(images);
        if (images.Count == 0)
        {
            throw new ExperimentException(ExitCode.Data, "There is no image to embed.");
        }

        var device = Devices.Find(weights.Experiment?.Device ?? DeviceChoice.Auto);
        module.to(device);
        var threads = weights.Experiment?.Training.LoaderThreads ?? 1;
        var written = new FeatureWriter(built, layerPlace, device).Write(place, list, images, preparation, threads);
        Print(written, place, list, parsed.GetValue(json));
        return ExitCode.Success;
    }

    /// <summary>The features and the list of images are two files, so that their names must differ.</summary>
    private static void CheckOutput(string output, string list, bool force)
    {
        if (!output.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new ExperimentException(
                ExitCode.Usage,
                $"--output is '{output}', but features are written as a NumPy file: "
                + "end its name in .npy (a .csv beside it lists the images).");
        }

        OutputFolder.EnsureNew(force, "the features", output, list);
        Durable.Check(output);
    }

    private static Component<T>? Bound<T>(ParseResult parsed, Option<string?> option, Installation installation)
        where T : class =>
        parsed.GetValue(option) is { } text
            ? OptionsBinder.BindAlone<T>(ConfigReader.ReadValue(text, option.Name), installation.Components)
            : null;

    private static int? PlaceOf(string? layer, IBackbone backbone)
    {
        if (layer is null or Features)
        {
            return null;
        }

        string[] names = [.. backbone.Layers.Select(known => known.Name)];
        return Array.IndexOf(names, layer) is >= 0 and var place ? place : throw new ExperimentException(
            ExitCode.Usage, $"The backbone has no layer \"{layer}\"{Nearest.Hint(layer, [Features, .. names])}.");
    }

    private static void Print(WrittenFeatures written, string output, string list, bool json)
    {
        if (written.Unusable > 0)
        {
            Console.Error.WriteLine($"warning: {written.Unusable} images cannot be used; their rows are NaN, and {list} has the reasons.");
        }

        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["features"] = output,
                ["list"] = list,
                ["images"] = written.Images,
                ["dimension"] = written.Dimension,
                ["unusable"] = written.Unusable,
            }.ToJsonString(ReadableJson.Indented));
        }
        else
        {
            ResultConsole.WriteLine($"{output}: {written.Images:N0} × {written.Dimension:N0} float32; {list}: their names and classes");
        }
    }
}
