using System.CommandLine;
using SslFramework.Core.Backbones;
using SslFramework.Core.Checkpoints;
using SslFramework.Host.Configuration;
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
        var output = new Option<string>("--output") { Description = "The safetensors file to write, with the keys of torchvision or timm", Required = true, HelpName = "file" };
        var heads = new Option<int?>("--heads") { Description = "A transformer's attention heads, which weights do not tell; the usual number where absent", HelpName = "number" };
        SharedOptions.TakesNumber(heads, "a number");
        var overwrite = new Option<bool>("--overwrite") { Description = "Put it in place of an earlier file" };
        var trace = SharedOptions.Trace();
        var command = new ExampledCommand(
            "import",
            "Take a backbone out of somebody else's weights.",
            "ssl import moco_v2_800ep_pretrain.pth.tar --output moco.safetensors",
            "ssl import mae_pretrain_vit_base.pth --as mae --output mae.safetensors")
        {
            file, layout, output, heads, overwrite, trace,
        };
        command.SetAction(parsed => SslCommand.Guarded(
            () => Import(parsed.GetValue(file)!, parsed.GetValue(layout), parsed.GetValue(output)!, parsed.GetValue(heads), parsed.GetValue(overwrite)),
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

    private static ExitCode Import(string file, WeightLayout? layout, string output, int? heads, bool overwrite)
    {
        OutputFolder.EnsureNew(overwrite, "the weights", output);
        Durable.Check(output);
        if (Directory.Exists(file))
        {
            var inside = ForeignWeights.FilesIn(file).FirstOrDefault();
            throw new ExperimentException(ExitCode.Usage, $"'{file}' is a folder; name a file of weights{(inside is null ? "" : $" in it, such as '{inside}'")}.");
        }

        if (!File.Exists(file))
        {
            throw new ExperimentException(ExitCode.Usage, $"There is no file '{file}'; {NearestPath.Hint(file, "name a file of weights.")}");
        }

        using var scope = torch.NewDisposeScope();
        var weights = ForeignWeights.Read(file, layout);
        var (network, taken) = KnownNetwork.Of(weights.Tensors, file, heads ?? HeadsOf(weights)); // every key and shape is checked against it
        SafeTensors.Write(output, weights.Tensors);
        Console.Error.WriteLine($"{file}: the layout {Layouts.First(pair => pair.Value == weights.Layout).Key}, {weights.Left.Count} keys left out");
        foreach (var group in weights.Left.GroupBy(Start))
        {
            Console.Error.WriteLine($"  {Terminal.Printable.Line(group.Key)}  {group.Count()}");
        }

        if (taken is not null && heads is null)
        {
            Console.Error.WriteLine($"Weights do not tell how many attention heads there are: {taken} are taken. If the authors had another number, say --heads.");
        }

        Terminal.ResultConsole.WriteLine($"{output}: {weights.Tensors.Count} tensors; use it with --backbone '{network}'");
        return ExitCode.Success;
    }

    /// <summary>MoCo v3's authors have 12 heads in their ViT-S, twice the usual.</summary>
    private static int? HeadsOf(ForeignWeights weights) =>
        weights.Layout == WeightLayout.MocoV3 && weights.Tensors.TryGetValue("cls_token", out var token) && token.shape[^1] == 384 ? 12 : null;

    /// <summary>A key's first words, by which those that belong together are told.</summary>
    private static string Start(string key) => string.Join('.', key.Split('.').Take(key.StartsWith("module.", StringComparison.Ordinal) ? 3 : 1));
}
