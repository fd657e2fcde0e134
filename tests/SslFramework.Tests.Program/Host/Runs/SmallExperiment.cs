using System.Text.Json.Nodes;
using SkiaSharp;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Runs;

/// <summary>An experiment on a folder of 24 small images in two classes, 3 steps an epoch and 2 epochs: a start takes a part of a second.</summary>
internal sealed class SmallExperiment : IDisposable
{
    private const string Transform = """{ "name": "recipe", "views": [ { "steps": [ { "name": "resize", "height": 16, "width": 16 }, "normalize" ] } ] }""";
    private readonly TemporaryFolder folder = new();

    public SmallExperiment()
    {
        var png = ImageFixtures.Encode(SKEncodedImageFormat.Png, 8);
        for (var i = 0; i < 24; i++)
        {
            folder.Write($"images/{(i < 12 ? "ant" : "bee")}/{i:D2}.png", png);
        }

        File = Write(_ => { });
    }

    public string File { get; private set; }

    public string Root => folder.Root;

    public string Images => Path.Combine(folder.Root, "images");

    public string Run => Path.Combine(folder.Root, "runs", "small");

    public string In(params string[] path) => Path.Combine([Run, .. path]);

    public JsonNode Read(string file) => JsonNode.Parse(System.IO.File.ReadAllText(In(file)))!;

    /// <summary>Writes the experiment again, changed.</summary>
    public string Write(Action<JsonObject> change)
    {
        var experiment = JsonNode.Parse(
            $$"""
            {
              "name": "small", "seed": 1, "threads": 1, "precision": "fp32",
              "data": { "name": "imageFolder", "path": "images" },
              "augmentation": { "name": "recipe", "views": [ { "steps": [ { "name": "randomResizedCrop", "size": 16 }, "normalize" ] } ] },
              "backbone": { "name": "resnet18", "stem": "small", "width": 16, "blocksPerStage": [1] },
              "objective": "rotation", "optimizer": "sgd", "schedule": { "name": "cosine", "learningRate": 0.01 },
              "training": { "epochs": 2, "batchSize": 8, "logEvery": 1 },
              "evaluation": { "test": { "name": "imageFolder", "path": "images" }, "transform": {{Transform}}, "evaluators": ["knn"], "baselines": false }
            }
            """)!.AsObject();
        change(experiment);
        return File = folder.Write("small.json", System.Text.Encoding.UTF8.GetBytes(experiment.ToJsonString()));
    }

    public (int ExitCode, string Output, string Errors) Train(params string[] more) =>
        SslProgram.Run(["train", File, "--runs", Path.Combine(folder.Root, "runs"), .. more]);

    public void Dispose() => folder.Dispose();
}
