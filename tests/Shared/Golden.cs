using System.Text.Json;
using TorchSharp;

namespace SslFramework.Tests;

/// <summary>
/// Numbers printed by reference implementations, for weights and inputs given by a formula (tests/goldens/README.md).
/// SSL_GOLDENS names another folder; the formula's salt comes from its formula.json.
/// </summary>
public static class Golden
{
    private static readonly Lazy<string> LazySalt =
        new(() => Open("formula.json").TryGetProperty("salt", out var salt) ? salt.GetString()! : "");

    public static string Folder =>
        Environment.GetEnvironmentVariable("SSL_GOLDENS") is { Length: > 0 } folder
            ? folder
            : Path.Combine(AppContext.BaseDirectory, "goldens");

    /// <summary>One file of numbers.</summary>
    public static JsonElement Open(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return document.RootElement.Clone();
    }

    /// <summary>n numbers in [−0.5, 0.5).</summary>
    public static double[] Unit(string key, int count)
    {
        var hash = 2166136261u; // FNV-1a
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(LazySalt.Value + key))
        {
            hash = unchecked((hash ^ b) * 16777619u);
        }

        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = unchecked(hash + ((uint)i * 2654435761u));
            x = unchecked((x ^ (x >> 16)) * 0x7feb352du);
            x = unchecked((x ^ (x >> 15)) * 0x846ca68bu);
            x ^= x >> 16;
            numbers[i] = (x / 4294967296.0) - 0.5;
        }

        return numbers;
    }

    /// <summary>unit · scale + shift, rounded to float32, row-major.</summary>
    public static Tensor Tensor(string key, long[] shape, double scale = 1, double shift = 0)
    {
        var unit = Unit(key, (int)shape.Aggregate(1L, (a, b) => a * b));
        return tensor(Array.ConvertAll(unit, u => (float)((u * scale) + shift)), shape);
    }

    /// <summary>Sets every floating entry of a state dict by the formula, except fixed tables named in <paramref name="keep"/>.</summary>
    public static void SetWeights(nn.Module module, string caseName, params string[] keep) =>
        SetWeights(module, caseName, key => keep.Contains(key) ? null : key);

    /// <summary>Sets floating entries of a state dict by the formula; the length of a weight norm's rows stays 1.</summary>
    /// <param name="module">The module.</param>
    /// <param name="caseName">The prefix of every key.</param>
    /// <param name="reference">Gives for one of our keys the reference's, or null if its value shall stay.</param>
    public static void SetWeights(nn.Module module, string caseName, Func<string, string?> reference)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (var (key, value) in module.state_dict())
        {
            if (!value.is_floating_point() || reference(key) is not { } name || name.EndsWith("weight_g", StringComparison.Ordinal))
            {
                continue;
            }

            var (scale, shift) = ScaleAndShift(name, value.shape);
            value.copy_(Tensor($"{caseName}.{name}", value.shape, scale, shift));
        }
    }

    /// <summary>Asserts that a tensor has the golden's shape, mean, mean absolute value, deviation and first values.</summary>
    public static void AssertStats(JsonElement golden, Tensor actual, double tolerance, string what = "tensor")
    {
        using var scope = NewDisposeScope();
        var shape = golden.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        CollectionAssert.AreEqual(shape, actual.shape, $"{what}: shape");

        var flat = actual.detach().to(float64).contiguous().flatten();
        AssertClose(golden.GetProperty("mean").GetDouble(), flat.mean().item<double>(), tolerance, $"{what}: mean");
        AssertClose(golden.GetProperty("abs_mean").GetDouble(), flat.abs().mean().item<double>(), tolerance, $"{what}: mean absolute value");
        AssertClose(golden.GetProperty("std").GetDouble(), flat.std(false).item<double>(), tolerance, $"{what}: deviation");
        AssertValues(golden.GetProperty("head"), flat, tolerance, $"{what}: first values");
    }

    /// <summary>Asserts the first values of a tensor.</summary>
    public static void AssertValues(JsonElement golden, Tensor actual, double tolerance, string what)
    {
        using var scope = NewDisposeScope();
        var flat = actual.detach().to(float64).contiguous().flatten().data<double>().ToArray();
        var expected = golden.EnumerateArray().Select(v => v.GetDouble()).ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], flat[i], tolerance, $"{what} [{i}]");
        }
    }

    /// <summary>Relative to the value, and absolute below 1.</summary>
    public static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.IsTrue(
            Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{what}: expected {expected:G9}, got {actual:G9} (tolerance {tolerance:G2})");

    private static (double Scale, double Shift) ScaleAndShift(string key, long[] shape)
    {
        var last = key[(key.LastIndexOf('.') + 1)..];
        if (shape.Length >= 2 && last is not ("cls_token" or "mask_token" or "pos_embed"))
        {
            return (Math.Sqrt(12.0 / shape.Skip(1).Aggregate(1L, (a, b) => a * b)), 0);
        }

        return key.EndsWith("running_var", StringComparison.Ordinal) ? (0.5, 1.25)
            : key.EndsWith("weight", StringComparison.Ordinal) ? (0.2, 1)
            : (0.2, 0);
    }
}
