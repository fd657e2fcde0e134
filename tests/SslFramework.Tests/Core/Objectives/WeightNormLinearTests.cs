using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class WeightNormLinearTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Forward_AnyDirections_ScalesEachRowToItsLength(bool trainLength)
    {
        using var scope = NewDisposeScope();
        using var layer = new WeightNormLinear(3, 2, trainLength);
        using (no_grad())
        {
            layer.get_parameter("weight_v")!.copy_(tensor(new float[] { 3, 0, 4, 0, 2, 0 }, [2, 3]));
            layer.get_parameter("weight_g")!.copy_(tensor(new float[] { 1, 10 }, [2, 1]));
        }

        var output = layer.call(tensor(new float[] { 1, 1, 2 }, [1, 3]));

        CollectionAssert.AreEqual(new float[] { 0.6f + 1.6f, 10 }, output.data<float>().ToArray());
        Assert.AreEqual(trainLength, layer.get_parameter("weight_g")!.requires_grad);
    }

    [TestMethod]
    public void Start_IsThatOfAnOrdinaryLayersDirectionsWithLengthOne()
    {
        using var scope = NewDisposeScope();
        using var layer = new WeightNormLinear(64, 500);
        CollectionAssert.AreEqual(new[] { "weight_g", "weight_v" }, layer.state_dict().Keys.ToArray());
        Assert.IsTrue(layer.get_parameter("weight_g")!.eq(1).all().item<bool>());
        var directions = layer.get_parameter("weight_v")!;
        Assert.IsTrue(directions.abs().max().item<float>() is > 0.124f and <= 0.125f, "1/√64");
        Assert.AreEqual(0.125f / Math.Sqrt(3), directions.std().item<float>(), 1e-3);
    }

    [TestMethod]
    public void Forward_UnderAutocast_IsFloat32()
    {
        using var scope = NewDisposeScope();
        using var layer = new WeightNormLinear(16, 8);
        var input = randn(4, 16);
        var expected = layer.call(input);
        using var autocast = Autocast.On(DeviceType.CPU, ScalarType.BFloat16);
        Assert.IsTrue(layer.call(input).allclose(expected, rtol: 1e-6, atol: 1e-6));
    }
}
