using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Data.Decoding;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Commands.Embedding;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl embed RUN_OR_CHECKPOINT --data IMAGES</c>: one feature vector per image, with the images' names.</summary>
internal sealed class EmbedCommand : GuardedCommand
{
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
    private readonly Option<string[]> set = ImageArguments.Set();
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
        var file = parsed.GetValue(output) ?? "embeddings.npy";
        FeatureWriter.Check(file, parsed.GetValue(force));
        var weights = TrainedWeights.Find(parsed.GetValue(target)!, installation);
        var network = weights.Network(Named<IBackbone>("--backbone", parsed.GetValue(backbone), installation));
        var built = weights.Build(network, installation, Messages.Say);
        using var module = built.Module;
        var images = ImageArguments.Open(
            parsed.GetValue(data)!, parsed.GetValue(set)!, installation, Messages.Warn, [.. AsLearned(weights.Experiment, built.Channels)]);
        var writer = new FeatureWriter(built, parsed.GetValue(layer));
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        var advice = new TransformAdvice(weights.Experiment, network, provider.GetRequiredService<IComponentFactory>());
        var preparation = advice.Prepare(Named<IAugmentation>("--transform", parsed.GetValue(transform), installation), images);
        var device = Devices.Find(weights.Experiment?.Device ?? DeviceChoice.Auto);
        var written = writer.Write(images, preparation, file, device, weights.Experiment?.Training.LoaderThreads ?? 1);
        if (written.Unusable > 0)
        {
            Messages.Warn($"{written.Unusable} images cannot be used; their rows are NaN, and {written.List} has the reasons.");
        }

        if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(written));
        }
        else
        {
            ResultConsole.WriteLine($"{file}: {written.Images:N0} × {written.Dimension:N0} float32; {written.List}: "
                + "their names and classes");
        }

        return ExitCode.Success;
    }

    /// <summary>How images were decoded that the network learned from: others are seen in the same way.</summary>
    private static IEnumerable<(string Key, string Json)> AsLearned(ExperimentConfig? experiment, int channels)
    {
        yield return ("channels", FormattableString.Invariant($"{channels}"));
        if (experiment?.Data.Options is DecodeOptions decoding)
        {
            yield return ("depth", FormattableString.Invariant($"{decoding.Depth}"));
            yield return ("window", JsonSerializer.Serialize(decoding.Window));
        }
    }

    private static Component<TService>? Named<TService>(string option, string? text, Installation installation)
        where TService : class =>
        text is null ? null : OptionsBinder.BindAlone<TService>(ConfigReader.ReadValue(text, option), installation.Components);
}
