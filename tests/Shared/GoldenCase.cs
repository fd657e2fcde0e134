using System.Text.Json;
using TorchSharp;

namespace SslFramework.Tests;

/// <summary>
/// One case of the files in float64: its inputs are made by the formula with the case's name before theirs, rounded to float32 and
/// widened.
/// </summary>
public sealed class GoldenCase(string file, string name)
{
    private readonly JsonElement json = Golden.Open(file).GetProperty(name);

    /// <summary>The case's name, the prefix of its inputs and weights.</summary>
    public string Name => name;

    /// <summary>A value of the case, such as its loss or its steps.</summary>
    public JsonElement this[string key] => json.GetProperty(key);

    /// <summary>A number of the case.</summary>
    public double Number(string key) => this[key].GetDouble();

    /// <summary>A number of the case's configuration.</summary>
    public double Config(string key) => this["config"].GetProperty(key).GetDouble();

    /// <summary>An input: float64, or int64 if the case asks for whole numbers.</summary>
    public Tensor Input(string input)
    {
        var made = this["inputs"].GetProperty(input);
        var shape = made.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        if (made.TryGetProperty("integers_below", out var below))
        {
            var unit = Golden.Unit($"{name}.{input}", (int)shape.Aggregate(1L, (a, b) => a * b));
            return tensor(Array.ConvertAll(unit, u => (long)Math.Floor((u + 0.5) * below.GetInt32())), shape);
        }

        return Golden.Tensor($"{name}.{input}", shape, made.GetProperty("scale").GetDouble(), made.GetProperty("shift").GetDouble()).to(float64);
    }

    /// <summary>Sets the weights of a module in float64 by the formula.</summary>
    /// <param name="module">The module.</param>
    /// <param name="reference">Gives for one of our keys the reference's, or null if its value shall stay.</param>
    public void SetWeights(nn.Module module, Func<string, string?>? reference = null)
    {
        module.to(float64);
        Golden.SetWeights(module, name, reference ?? (key => key));
    }

    /// <summary>Asserts the gradients of inputs that the case prints, to the tolerance of the same mathematics in float64.</summary>
    public void AssertGradients(params (string Input, Tensor Value)[] inputs)
    {
        foreach (var (input, value) in inputs)
        {
            Golden.AssertStats(this["gradients"].GetProperty(input), value.grad!, 1e-7, $"{name}: gradient of {input}");
        }
    }

    /// <summary>Asserts the loss of the case, to the tolerance of the same mathematics in float64.</summary>
    public void AssertLoss(Tensor loss) => Golden.AssertClose(Number("loss"), loss.item<double>(), 1e-9, $"{name}: loss");
}
