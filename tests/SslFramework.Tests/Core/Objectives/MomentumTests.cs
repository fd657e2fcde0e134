using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
internal class MomentumTests
{
    [TestMethod]
    public void Start_AnotherNetwork_BecomesAnExactCopyWithoutGradient()
    {
        using var scope = NewDisposeScope();
        var (target, source) = (Network(), Network());
        source.call(Golden.Tensor("x", [8, 4])); // moves its running statistics

        Momentum.Start(target, source);

        var expected = source.state_dict();
        foreach (var (key, value) in target.state_dict())
        {
            Assert.IsTrue(expected[key].eq(value).all().ToBoolean(), key);
        }

        Assert.IsTrue(target.parameters().All(p => !p.requires_grad));
        Assert.IsTrue(source.parameters().All(p => p.requires_grad));
    }

    [TestMethod]
    public void Start_AnotherArchitecture_IsRefused() => Assert.ThrowsExactly<ExperimentException>(
        () => Momentum.Start(nn.Sequential(nn.Linear(4, 3)), nn.Sequential(nn.Linear(4, 5))));

    [TestMethod]
    [DataRow(0)]
    [DataRow(0.9)]
    [DataRow(0.999)]
    [DataRow(1)]
    public void Update_Parameters_AreTheWeightedMean(double momentum)
    {
        using var scope = NewDisposeScope();
        var (target, source) = (Network().to(float64), Network().to(float64));
        var before = target.parameters().Select(p => p.clone()).ToArray();

        Momentum.Update(target, source, momentum);

        foreach (var (old, now, query) in before.Zip(target.parameters(), source.parameters()))
        {
            var expected = (old * momentum) + (query * (1 - momentum));
            Assert.IsLessThan(1e-15, (expected - now).abs().max().item<double>());
        }
    }

    [TestMethod]
    public void Update_EqualParameters_StayToTheBit()
    {
        using var scope = NewDisposeScope();
        var (target, source) = (Network(), Network());
        Momentum.Start(target, source);

        for (var i = 0; i < 50; i++)
        {
            Momentum.Update(target, source, 0.99);
        }

        foreach (var (slow, fast) in target.parameters().Zip(source.parameters()))
        {
            Assert.IsTrue(slow.eq(fast).all().ToBoolean());
        }
    }

    [TestMethod]
    public void Update_RunningStatistics_Stay()
    {
        using var scope = NewDisposeScope();
        var (target, source) = (Network(), Network());
        source.call(Golden.Tensor("x", [8, 4]));
        var before = target.buffers().Select(b => b.clone()).ToArray();

        Momentum.Update(target, source, 0.5);

        foreach (var (old, now) in before.Zip(target.buffers()))
        {
            Assert.IsTrue(old.eq(now).all().ToBoolean());
        }
    }

    private static TorchSharp.Modules.Sequential Network() => nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 2));
}
