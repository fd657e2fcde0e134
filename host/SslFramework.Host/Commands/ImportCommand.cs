using System.CommandLine;
using SslFramework.Core.Storage;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Host.Configuration;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl import FILE --output FILE</c>: a backbone out of somebody else's weights.</summary>
internal static class ImportCommand
{
    public static Command Define()
    {
        var file = new Argument<string>("file") { Description = "Weights: safetensors, or a .pth file of PyTorch's, of which nothing is run" };
        var layout = new Option<WeightLayout?>("--as")
        {
            Description = "Whose names the file uses; told from its keys where absent",
            CustomParser = result => Layouts.TryGetValue(result.Tokens[0].Value, out var known) ? known : null,
        };
        SharedOptions.TakesOneOf(layout, [.. Layouts.Keys]);
        var prefix = new Option<string?>("--prefix") { Description = "What the backbone's keys begin with, such as student.; found where absent, and of several backbones the one that is published", HelpName = "text" };
        var output = SharedOptions.Output("The safetensors file to write, with the keys of torchvision or timm", "file");
        output.Required = true;
        var heads = new Option<int?>("--heads") { Description = "A transformer's attention heads, which weights do not tell; the usual number where absent", HelpName = "number" };
        SharedOptions.TakesNumber(heads, "a number");
        var force = SharedOptions.Force();
        var trace = SharedOptions.Trace();
        var command = new ExampledCommand(
            "import",
            "Take a backbone out of somebody else's weights.",
            "ssl import moco_v2_800ep_pretrain.pth.tar --output moco.safetensors",
            "ssl import mae_pretrain_vit_base.pth --as mae --output mae.safetensors",
            "ssl import dino_full.pth --prefix student --output student.safetensors")
        {
            file, layout, prefix, output, heads, force, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () => Import(parsed.GetValue(file)!, parsed.GetValue(layout), parsed.GetValue(prefix), parsed.GetValue(output)!, parsed.GetValue(heads), parsed.GetValue(force)),
            parsed.GetValue(trace)));
        return command;
    }

    private static Dictionary<string, WeightLayout> Layouts { get; } = new()
    {
        ["torchvision"] = WeightLayout.Torchvision,
        ["timm"] = WeightLayout.Timm,
        ["moco-v1"] = WeightLayout.MocoV1,
        ["moco-v3"] = WeightLayout.MocoV3,
        ["mae"] = WeightLayout.Mae,
    };

    private static ExitCode Import(string file, WeightLayout? layout, string? prefix, string output, int? heads, bool force)
    {
        OutputFolder.EnsureNew(force, "the weights", output);
        DurableFile.Check(output);
        if (Directory.Exists(file))
        {
            var inside = ForeignWeights.FilesIn(file).FirstOrDefault();
            throw new ExperimentException(FailureKind.Usage, $"'{file}' is a folder; name a file of weights{(inside is null ? "" : $" in it, such as '{inside}'")}.");
        }

        if (!File.Exists(file))
        {
            throw new ExperimentException(FailureKind.Usage, $"There is no file '{file}'; {NearestPath.Hint(file, "name a file of weights.")}");
        }

        using var scope = torch.NewDisposeScope();
        ForeignWeights weights;
        string network;
        int? taken;
        using (LivePanel.Note($"reading and checking {file}"))
        {
            weights = ForeignWeights.Read(file, layout, prefix);
            (network, taken) = KnownNetwork.Of(weights.Tensors, file, heads ?? HeadsOf(weights)); // every key and shape is checked against it
            SafeTensors.Write(output, weights.Tensors);
        }

        Tell(file, weights);

        if (taken is not null && heads is null)
        {
            Console.Error.WriteLine($"Weights do not tell how many attention heads there are: {taken} are taken. If the authors had another number, say --heads.");
        }

        ResultConsole.WriteLine($"{output}: {weights.Tensors.Count} tensors; use it with --backbone '{network}'");
        return ExitCode.Success;
    }

    /// <summary>What was taken and what was left out, of which a second backbone is named: it may be the one that is wanted.</summary>
    private static void Tell(string file, ForeignWeights weights)
    {
        var place = weights.Prefix.Length == 0 ? "" : $" behind '{Printable.Line(weights.Prefix)}'";
        Console.Error.WriteLine($"{file}: the layout {Layouts.First(pair => pair.Value == weights.Layout).Key}{place}, {weights.Left.Count} keys left out");
        foreach (var group in weights.Left.GroupBy(key => Start(key, weights.Prefix)))
        {
            Console.Error.WriteLine($"  {Printable.Line(group.Key)}  {group.Count()}");
        }

        if (weights.Others.Count > 0)
        {
            var others = weights.Others.Select(prefix => prefix.Length == 0 ? "at its top" : $"behind '{Printable.Line(prefix)}'");
            Console.Error.WriteLine($"The file has more than one backbone; {UsageErrors.Either([.. others], "and")} there is another, which --prefix takes.");
        }
    }

    /// <summary>MoCo v3's authors have 12 heads in their ViT-S, twice the usual.</summary>
    private static int? HeadsOf(ForeignWeights weights) =>
        weights.Layout == WeightLayout.MocoV3 && weights.Tensors.TryGetValue("cls_token", out var token) && token.shape[^1] == 384 ? 12 : null;

    /// <summary>A key up to the first word in which it differs from the backbone's, by which those that belong together are told.</summary>
    private static string Start(string key, string prefix) =>
        string.Join('.', key.Split('.').Take(1 + key.Split('.').Zip(prefix.Split('.')).TakeWhile(pair => pair.First == pair.Second).Count()));
}
