using SslFramework.Engine.Weights;
using TorchSharp;

namespace SslFramework.Tests.Engine.Weights;

[TestClass]
internal class WeightHashTests
{
    [TestMethod]
    public void Of_OneBitChanged_IsAnother()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (module, copy) = (nn.BatchNorm2d(3), nn.BatchNorm2d(3));
        var hash = WeightHash.Of(module);
        Assert.AreEqual(hash, WeightHash.Of(copy));
        copy.running_mean!.add_(1e-7);
        Assert.AreNotEqual(hash, WeightHash.Of(copy));
    }
}
