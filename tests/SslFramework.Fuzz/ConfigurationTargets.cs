using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Weights;

namespace SslFramework.Fuzz;

/// <summary>Files that say what is to be done.</summary>
internal sealed class ConfigurationTargets
{
    private readonly InputFolder folder;
    private readonly ComponentCatalog components;

    /// <summary>Registers the core's components, which the files may name.</summary>
    public ConfigurationTargets(InputFolder folder)
    {
        this.folder = folder;
        var core = new ServiceCollection();
        new BuiltInComponents().Register(core);
        components = ComponentCatalog.Empty.With(ComponentCatalog.Core, core);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<FuzzTarget> All =>
    [
        folder.OnFile("config", "x.json", path => ExperimentFile.Write(ExperimentFile.Read(path, [], components))) with
        {
            Words =
            [
                .. Words.Json, "\"name\":", "\"data\":", "\"augmentation\":", "\"backbone\":", "\"objective\":", "\"optimizer\":", "\"training\":",
                "\"steps\":", "\"views\":", "\"resnet18\"", "\"recipe\"", "\"idx\"", "\"path\":", "\"synthetic\"",
            ],
        },
        folder.OnFile("sweep", "sweep.json", path =>
        {
            File.WriteAllText(Path.Combine(folder.Root, "experiment.json"), RunTargets.Experiment);
            SweepPlan.Read(path, [], components);
        }) with
        {
            Words = [.. Words.Json, "\"grid\":", "\"list\":", "\"set\":", "\"exclude\":", "\"seeds\":", "\"table\":", "\"at\":", "\"experiment\":", "[1,2,3,4,5,6,7,8,9]"],
        },
        folder.OnFile("evaluation", "evaluation.json", path => EvaluationFile.Read(path, [], components)) with
        {
            Words = [.. Words.Json, "\"evaluators\":", "\"train\":", "\"test\":", "\"transform\":", "\"backbone\":", "\"recipe\":", "\"furtherBaselines\":"],
        },
        new("override", Override) { Words = [.. Words.Json, ".", "=", "\n", "a.b=", "data.images=", "list.0="] },
    ];

    private void Override(byte[] input)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadValue("""{ "a": { "b": 1 }, "data": "idx", "list": [1, { "c": 2 }] }""", "--set");
        ConfigOverrides.Apply(root, Encoding.UTF8.GetString(input).Split('\n'), errors);
        new OptionsBinder(components, errors).Bind<ExperimentConfig>(root);
        errors.ThrowIfAny();
    }
}
