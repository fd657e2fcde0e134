using System.CommandLine;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Weights;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl import FILE --output FILE</c>: a backbone out of somebody else's weights.</summary>
internal sealed class ImportCommand : GuardedCommand
{
    private readonly Argument<string> file = new("file")
    {
        Description = "Weights: safetensors, or a .pth file of PyTorch's, of which nothing is run",
    };

    private readonly Option<WeightLayout?> layout = new("--as")
    {
        Description = "Whose names the file uses, and whose code they are of; told from its keys where absent",
        CustomParser = result => LayoutNames.All.TryGetValue(result.Tokens[0].Value, out var known) ? known : null,
    };

    private readonly Option<string?> prefix = new("--prefix")
    {
        Description = "What the backbone's keys begin with, such as student.; found where absent, "
            + "and of several backbones the one that is published",
        HelpName = "text",
    };

    private readonly Option<string?> output = SharedOptions.Output(
        "The safetensors file to write, with the keys of torchvision or timm", "file");

    private readonly Option<int?> heads = new("--heads")
    {
        Description = "A transformer's attention heads, which weights do not tell; the usual number where absent",
        HelpName = "number",
    };

    private readonly Option<bool> force = SharedOptions.Force();
    private readonly PluginArguments plugins = new();

    public ImportCommand()
        : base(
            "import",
            "Take a backbone out of somebody else's weights.",
            "ssl import moco_v2_800ep_pretrain.pth.tar --output moco.safetensors",
            "ssl import dinov2_vits14_pretrain.pth --output dinov2.safetensors",
            "ssl import dino_deitsmall16_pretrain.pth --as dino --output dino.safetensors",
            "ssl import dino_full.pth --prefix student --output student.safetensors")
    {
        SharedOptions.TakesOneOf(layout, [.. LayoutNames.All.Keys]);
        output.Required = true;
        SharedOptions.TakesNumber(heads, "a number");
        Takes([file, layout, prefix, output, heads, force, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var (source, target, asked) = (parsed.GetValue(file)!, parsed.GetValue(output)!, parsed.GetValue(heads));
        OutputFolder.EnsureNew(parsed.GetValue(force), "the weights", target);
        DurableFile.Check(target);
        RefuseAllButFiles(source);
        var installation = plugins.Load(parsed);
        using var scope = torch.NewDisposeScope();
        if (parsed.GetValue(layout) is null or WeightLayout.Torchvision or WeightLayout.Timm
            && ImportOfFamily(source, target, parsed.GetValue(prefix), installation))
        {
            return ExitCode.Success;
        }

        ForeignWeights weights;
        string network;
        int? taken;
        using (LivePanel.Note($"reading and checking {source}"))
        {
            weights = ForeignWeights.Read(source, parsed.GetValue(layout), parsed.GetValue(prefix));
            (network, taken) = KnownNetwork.Of(weights.Tensors, source, asked, weights.Layout); // checks every key and shape
            SafeTensors.Write(target, weights.Tensors);
        }

        Tell(source, weights);
        if (taken is not null && asked is null)
        {
            Messages.Say(
                $"Weights do not tell how many attention heads there are: {taken} are taken. If the authors had another number, "
                + "say --heads.");
        }

        ResultConsole.WriteLine($"{target}: {weights.Tensors.Count} tensors; use it with --backbone '{network}'");
        return ExitCode.Success;
    }

    /// <summary>Takes a network of a family that a plugin knows.</summary>
    /// <returns>Whether there is one.</returns>
    private static bool ImportOfFamily(string source, string target, string? prefix, Installation installation)
    {
        var file = ForeignWeights.ReadTensors(source);
        var families = FamilyWeights.Families(installation.Services);
        if (FamilyWeights.In(file, families, prefix) is not { } weights)
        {
            return false;
        }

        var named = new TrainedWeights(source, "", weights.Prefix, Experiment: null) { Families = families };
        var network = OptionsBinder.BindAlone<IBackbone>(ConfigReader.ReadValue(weights.Json, "--backbone"), installation.Components);
        using var module = named.Build(network, installation).Module; // checks every key and shape
        var own = StateDict.Of(module);
        SafeTensors.Write(target, own);
        var place = weights.Prefix.Length == 0 ? "" : $" behind '{weights.Prefix}'";
        Messages.Say($"{source}: weights of {weights.Network.Name}{place}, {file.Count - weights.Tensors.Count} keys left out");
        ResultConsole.WriteLine($"{target}: {own.Count} tensors; use it with --backbone '{weights.Json}'");
        return true;
    }

    private static void RefuseAllButFiles(string path)
    {
        if (Directory.Exists(path))
        {
            var inside = ForeignWeights.FilesIn(path).FirstOrDefault();
            var example = inside is null ? "" : $" in it, such as '{inside}'";
            throw new ExperimentException(FailureKind.Usage, $"'{path}' is a folder; name a file of weights{example}.");
        }

        if (!File.Exists(path))
        {
            throw new ExperimentException(
                FailureKind.Usage, $"There is no file '{path}'; {NearestPath.Hint(path, "name a file of weights.")}");
        }
    }

    /// <summary>What was taken and what was left out, of which a second backbone is named: it may be the one that is wanted.</summary>
    private static void Tell(string file, ForeignWeights weights)
    {
        var place = weights.Prefix.Length == 0 ? "" : $" behind '{weights.Prefix}'";
        Messages.Say($"{file}: the layout {LayoutNames.Of(weights.Layout)}{place}, {weights.Left.Count} keys left out");
        foreach (var group in weights.Left.GroupBy(key => Start(key, weights.Prefix)))
        {
            Messages.Say($"  {group.Key}  {group.Count()}");
        }

        if (OtherBackbones.SentenceOn(weights, "--prefix") is { } sentence)
        {
            Messages.Say(sentence);
        }
    }

    /// <summary>A key up to the first word in which it differs from the backbone's, by which those that belong together are told.</summary>
    private static string Start(string key, string prefix) =>
        string.Join('.', key.Split('.').Take(1 + Common(key.Split('.'), prefix.Split('.'))));

    private static int Common(string[] one, string[] other) => one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
}
