using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal class AutocastTests
{
    [TestMethod]
    public void On_Linear_ComputesInBfloat16AndKeepsFloat32Gradients()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(4, 4);
        using (Autocast.On(DeviceType.CPU, ScalarType.BFloat16))
        {
            var output = linear.call(ones(2, 4));
            Assert.AreEqual(ScalarType.BFloat16, output.dtype);
            using (Autocast.Pause(DeviceType.CPU))
            {
                Assert.AreEqual(ScalarType.Float32, ones(2, 2).mm(ones(2, 2)).dtype);
            }

            Assert.AreEqual(ScalarType.BFloat16, linear.call(ones(2, 4)).dtype);
            output.sum().backward();
        }

        Assert.AreEqual(ScalarType.Float32, linear.weight!.grad!.dtype);
        Assert.AreEqual(ScalarType.Float32, linear.call(ones(2, 4)).dtype, "off again after Dispose");
        Assert.IsNull(Autocast.Pause(DeviceType.CPU), "nothing to pause");
    }

    [TestMethod]
    public void On_NetworkAskedWithoutGradientFirst_GetsItsGradients()
    {
        using var scope = NewDisposeScope();
        var (convolution, linear) = (nn.Conv2d(3, 4, 3), nn.Linear(4, 4));
        Tensor Forward(Tensor images) => linear.call(convolution.call(images).mean([2, 3]));
        using (Autocast.On(DeviceType.CPU, ScalarType.BFloat16))
        {
            using (no_grad())
            {
                Forward(ones(2, 3, 5, 5));
            }

            Forward(ones(2, 3, 5, 5)).sum().backward();
        }

        Assert.IsTrue(convolution.parameters().Concat(linear.parameters()).All(weight => weight.grad is not null));
    }
}
