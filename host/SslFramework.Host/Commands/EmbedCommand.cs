using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Checkpoints;
using SslFramework.Core.Data;
using SslFramework.Core.Evaluation;
using SslFramework.Core.Training;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Exports;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl embed RUN_OR_CHECKPOINT --data IMAGES</c>: one feature vector an image, with the images' names.</summary>
internal static class EmbedCommand
{
    private const int BatchSize = 256;

    public static Command Define()
    {
        var target = new Argument<string>("run-or-checkpoint") { Description = "The folder of a run that has ended, or RUN/checkpoints/step-…" };
        var data = SharedOptions.Data();
        data.Required = true;
        var output = new Option<string>("--output") { Description = "The .npy file to write; the images' names go into a .csv beside it", HelpName = "file", DefaultValueFactory = _ => "embeddings.npy" };
        var layer = new Option<string?>("--layer") { Description = "A layer instead of the features, its maps or tokens averaged: layer3, blocks.5", HelpName = "name" };
        var transform = new Option<string?>("--transform") { Description = "How images become inputs, as JSON; the run's evaluation.transform where absent", HelpName = "json" };
        var (json, plugins, locked, trace) = (new Option<bool>("--json") { Description = "Print what was written as JSON, for programs" }, SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "embed",
            "Write a feature vector of every image, as a NumPy file with a list of the images.",
            "ssl embed runs/my-run --data ./photos",
            "ssl embed runs/my-run --data ./photos --layer layer3 --output layer3.npy") { target, data, output, layer, transform, json, plugins, locked, trace };
        command.SetAction(parsed => SslCommand.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var source = ExportSource.Open(parsed.GetValue(target)!, installation);
                using (source.Backbone.Module)
                {
                    return Embed(source, parsed.GetValue(data)!, parsed.GetValue(output)!, parsed.GetValue(layer), parsed.GetValue(transform), parsed.GetValue(json), installation);
                }
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Embed(ExportSource source, string data, string output, string? layer, string? transform, bool json, Installation installation)
    {
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        var components = provider.GetRequiredService<IComponentFactory>();
        var images = components.Create(OptionsBinder.BindAlone<IDataSource>(WithChannels(ImageSet.Find(data).All, source.Backbone.Channels, installation), installation.Components));
        var preparation = transform is not null
            ? OptionsBinder.BindAlone<IAugmentation>(ConfigReader.ReadValue(transform, "--transform"), installation.Components)
            : source.Experiment.Evaluation?.Transform ?? throw new ExperimentException(
                ExitCode.Usage,
                "The run was not evaluated, so that nothing says how images become inputs; say it with --transform '{\"name\": \"recipe\", \"views\": [{ \"steps\": [ … ] }]}'.");
        var augmentation = EvaluationImages.Transform(preparation, components, images, images.Size);
        if (images.Count == 0)
        {
            throw new ExperimentException(ExitCode.Data, $"There is no image in {data}.");
        }

        var place = Place(source.Backbone, layer);
        var device = Devices.Find(source.Experiment.Device);
        source.Backbone.Module.to(device);
        LargeBlocks.Keep();
        using var loader = new ViewLoader(images, augmentation, new LoaderOptions
        {
            BatchSize = BatchSize,
            Threads = source.Experiment.Training.LoaderThreads,
            MaximumBad = source.Experiment.Training.MaximumBad,
            Shuffle = false,
            DropLast = false,
        });
        var dimension = 0L;
        Durable.Write(output, stream => dimension = Write(stream, source.Backbone, place, loader, images.Count, device));
        var bad = loader.Bad.List().ToDictionary(image => image.Index, image => image.Reason);
        var list = Path.ChangeExtension(output, ".csv");
        Durable.Write(list, stream => stream.Write(Encoding.UTF8.GetBytes(Listed(images, bad))));
        if (bad.Count > 0)
        {
            Console.Error.WriteLine($"warning: {bad.Count} images cannot be used; their rows are NaN, and {list} has the reasons.");
        }

        Console.WriteLine(json
            ? new JsonObject { ["features"] = output, ["list"] = list, ["images"] = images.Count, ["dimension"] = dimension, ["unusable"] = bad.Count }.ToJsonString(ReadableJson.Indented)
            : $"{output}: {images.Count:N0} × {dimension:N0} float32; {list}: their names and classes");
        return ExitCode.Success;
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
                if (bad.Contains(batch.Indices[row]))
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
        return layer is null ? null : Array.IndexOf(names, layer) is >= 0 and var place ? place : throw new ExperimentException(
            ExitCode.Usage, $"The backbone has no layer \"{layer}\"{Nearest.Hint(layer, names)}.");
    }

    private static string Listed(IDataSource images, Dictionary<int, string> bad)
    {
        var text = new StringBuilder(Csv.Line("row", "image", "class", "problem"));
        for (var i = 0; i < images.Count; i++)
        {
            var name = images is IEncodedSource files ? files.Name(i) : i.ToString(CultureInfo.InvariantCulture);
            var label = images.Label(i) is { } known && known < images.Classes.Count ? images.Classes[known] : "";
            text.Append(Csv.Line($"{i}", name, label, bad.GetValueOrDefault(i, "")));
        }

        return text.ToString();
    }

    /// <summary>Sources that read images of any kind give the network what it takes: grey, or colours.</summary>
    private static ConfigNode WithChannels(ConfigNode images, int channels, Installation installation)
    {
        var component = installation.Components.Find(typeof(IDataSource), images.Members["name"].Text);
        if (component?.Descriptor.Options.GetProperty("Channels") is not null)
        {
            images.Set("channels", ConfigReader.ReadValue(channels.ToString(CultureInfo.InvariantCulture), "--data"));
        }

        return images;
    }
}
