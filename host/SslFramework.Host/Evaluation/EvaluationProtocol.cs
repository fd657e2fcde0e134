using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SslFramework.Host.Evaluation;

/// <summary>How a number was measured, in full.</summary>
internal sealed record EvaluationProtocol
{
    /// <summary>The evaluator's name.</summary>
    public required string Evaluator { get; init; }

    /// <summary>All its parameters, its own seed among them.</summary>
    public required JsonNode Options { get; init; }

    /// <summary>Images learned from.</summary>
    public required EvaluationData Train { get; init; }

    /// <summary>Images measured on.</summary>
    public required EvaluationData Test { get; init; }

    /// <summary>Test images whose pixels are also a train image's.</summary>
    public int Overlap { get; init; }

    /// <summary>How an image becomes the network's input.</summary>
    public required JsonNode Transform { get; init; }

    /// <summary>How an image is changed while a classifier learns; absent where it is not.</summary>
    public JsonNode? TrainTransform { get; init; }

    /// <summary>Seed of the random weights of baselines.</summary>
    public long Seed { get; init; }

    /// <summary>Versions of the software.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>
    /// 16 hexadecimal digits that are the same where numbers may be compared: of evaluator, options, content of the images
    /// and transforms, and not of the machine, the software or what is measured.
    /// </summary>
    public string Hash()
    {
        var what = new JsonObject
        {
            ["evaluator"] = Evaluator,
            ["options"] = Options.DeepClone(),
            ["train"] = Train.Hash,
            ["test"] = Test.Hash,
            ["transform"] = Transform.DeepClone(),
            ["trainTransform"] = TrainTransform?.DeepClone(),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what.ToJsonString())).AsSpan(0, 8));
    }
}

/// <summary>A part of a data set.</summary>
/// <param name="Source">The data source's name.</param>
/// <param name="Images">How many.</param>
/// <param name="Classes">Of how many classes.</param>
/// <param name="Hash">Of pixels and labels.</param>
internal sealed record EvaluationData(string Source, int Images, int Classes, string Hash);
