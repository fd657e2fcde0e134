using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace SslFramework.Benchmarks;

/// <summary>The experiments of the step benchmark: those of peer/step.py, with noise as images.</summary>
internal static class StepExperiments
{
    public static string[] Methods { get; } = ["exemplar", "context", "rotation", "moco-v1", "moco-v3", "simclr", "mae"];

    /// <summary>Those that are timed unless others are named; <c>convnext</c> and <c>swin</c> are ConvNeXt-T and Swin-T at 224.</summary>
    public static string[] Sizes { get; } = ["tiny", "small", "large"];

    /// <summary>Images of a step; on a GPU eight times as many, so that there is something to do.</summary>
    public static int BatchSize(string method, string size, string device) => (device == "cpu" ? 1 : 8) * size switch
    {
        "tiny" => 128,
        "small" => method is "rotation" ? 32 : method is "context" ? 64 : 128,
        "large" => method is "rotation" ? 4 : 16, // turned four ways, they are sixteen
        _ => method is "rotation" ? 2 : 4, // eight images for the network
    };

    /// <summary>Writes experiment and images.</summary>
    /// <returns>The experiment's file.</returns>
    public static string Write(string folder, string method, string size, string precision, int threads, string device)
    {
        var (side, channels) = size switch { "tiny" => (28, 1), "small" => (32, 3), _ => (224, 3) };
        var (batch, images) = (BatchSize(method, size, device), Path.Combine(folder, $"{size}.idx"));
        var count = method == "exemplar" ? 1024 : 8 * batch; // a class each, as many as the peer has
        if (side == 224)
        {
            count = Math.Min(count, 8 * batch);
        }

        WriteNoise(images, count, side);
        var view = new JsonObject
        {
            ["count"] = method is "simclr" or "moco-v1" or "moco-v3" ? 2 : 1,
            ["steps"] = method == "exemplar" ? new JsonArray() : new JsonArray(new JsonObject { ["name"] = "normalize", ["mean"] = new JsonArray(0.5), ["std"] = new JsonArray(0.3) }),
        };
        var data = new JsonObject { ["name"] = "idx", ["images"] = images, ["channels"] = channels };
        if (method == "exemplar")
        {
            data = new JsonObject { ["name"] = "exemplarSeeds", ["source"] = data, ["count"] = count, ["patchSize"] = side, ["border"] = "zero" };
        }

        var transformer = method == "mae" || (method == "moco-v3" && size == "large");
        var experiment = new JsonObject
        {
            ["name"] = $"{method}-{size}-{precision}",
            ["threads"] = threads,
            ["device"] = device,
            ["precision"] = precision,
            ["data"] = data,
            ["augmentation"] = new JsonObject { ["name"] = "recipe", ["views"] = new JsonArray(view) },
            ["backbone"] = transformer ? VisionTransformer(method, size) : ResidualNetwork(size),
            ["objective"] = Objective(method, size, side),
            ["optimizer"] = transformer
                ? new JsonObject { ["name"] = "adamw", ["beta2"] = 0.95, ["weightDecay"] = 0.05 }
                : new JsonObject { ["name"] = "sgd", ["weightDecay"] = 1e-4 },
            ["schedule"] = new JsonObject { ["name"] = "cosine", ["learningRate"] = transformer ? 1e-4 : 1e-3 },
            ["training"] = new JsonObject { ["epochs"] = 100, ["batchSize"] = batch, ["loaderThreads"] = 1, ["logEvery"] = 1000, ["checkpointEvery"] = 1000 },
        };
        var file = Path.Combine(folder, "experiment.json");
        File.WriteAllText(file, experiment.ToJsonString());
        return file;
    }

    private static JsonObject ResidualNetwork(string size) => size switch
    {
        "tiny" => new JsonObject { ["name"] = "resnet18", ["stem"] = "small", ["width"] = 16, ["blocksPerStage"] = new JsonArray(1, 1, 1, 1) },
        "small" => new JsonObject { ["name"] = "resnet18", ["stem"] = "small" },
        "large" => new JsonObject { ["name"] = "resnet50" },
        _ => new JsonObject { ["name"] = $"{size}-tiny" },
    };

    private static JsonObject VisionTransformer(string method, string size)
    {
        var (side, patch, dimension, depth, heads) = size switch { "tiny" => (28, 4, 96, 4, 3), "small" => (32, 4, 192, 12, 3), _ => (224, 16, 768, 12, 12) };
        return new JsonObject
        {
            ["name"] = "vit",
            ["imageSize"] = side,
            ["patchSize"] = patch,
            ["dimension"] = dimension,
            ["depth"] = depth,
            ["heads"] = heads,
            ["positions"] = method == "mae" ? "sinCosMae" : "learned",
        };
    }

    private static JsonObject Objective(string method, string size, int side)
    {
        var objective = new JsonObject { ["name"] = method };
        switch (method)
        {
            case "simclr":
                objective["temperature"] = 0.5;
                break;
            case "moco-v1":
                objective["queueLength"] = 4096;
                break;
            case "moco-v3":
                (objective["hiddenDimension"], objective["temperature"]) = (size == "large" ? 4096 : 512, 0.2);
                objective["projectorLayers"] = size == "large" ? 3 : 2;
                break;
            case "mae":
                var (dimension, depth, heads) = size switch { "tiny" => (64, 1, 4), "small" => (128, 2, 4), _ => (512, 8, 16) };
                (objective["decoderDimension"], objective["decoderDepth"], objective["decoderHeads"]) = (dimension, depth, heads);
                break;
            case "context":
                var (patch, gap) = size switch { "tiny" => (7, 2), "small" => (8, 2), _ => (64, 8) };
                (objective["patchSize"], objective["gap"], objective["jitter"], objective["pairs"]) = (patch, gap, 1, "neighbors");
                (objective["resampleProbability"], objective["scaling"], objective["color"]) = (0, "standardize", "keep");
                (objective["headLayers"], objective["headWidth"], objective["headNorm"]) = (2, 256, false);
                break;
            case "exemplar":
                objective["patchSize"] = side;
                break;
        }

        return objective;
    }

    /// <summary>An IDX file of gray images, which the source spreads over the channels.</summary>
    private static void WriteNoise(string file, int count, int side)
    {
        int[] shape = [count, side, side];
        var header = new byte[4 + (4 * shape.Length)];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (var d = 0; d < shape.Length; d++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * d)), shape[d]);
        }

        var pixels = new byte[count * side * side];
        new Random(1).NextBytes(pixels);
        File.WriteAllBytes(file, [.. header, .. pixels]);
    }
}
