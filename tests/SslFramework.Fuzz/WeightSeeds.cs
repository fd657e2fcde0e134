using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;

namespace SslFramework.Fuzz;

/// <summary>Small networks as weight files: sound ones, and ones with a number that is none.</summary>
internal static class WeightSeeds
{
    public static IEnumerable<byte[]> Make()
    {
        foreach (var number in new double?[] { null, double.NaN, double.NegativeInfinity, 1e300 })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16 })
            {
                yield return File(number, type);
            }
        }
    }

    private static byte[] File(double? number, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = new ResNet18(new() { Width = 2, BlocksPerStage = [1], Stem = ResNetStem.Small }, new DataInfo(1, 1));
        var weights = StateDict.Of(network).ToDictionary(
            pair => "backbone." + pair.Key,
            pair => pair.Value.is_floating_point() ? rand(pair.Value.shape, type, generator: generator) : pair.Value);
        if (number is not null)
        {
            weights["backbone.layer1.0.conv1.weight"][0, 0, 0, 0] = tensor(number.Value, float64).to(type);
        }

        var path = Path.GetTempFileName();
        try
        {
            SafeTensors.Write(path, weights);
            return System.IO.File.ReadAllBytes(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }
}
