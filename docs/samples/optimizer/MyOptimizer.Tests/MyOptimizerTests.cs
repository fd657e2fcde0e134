using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Core.Optimization;
using TorchSharp;
using TorchSharp.Modules;

namespace MyOptimizer.Tests;

[TestClass]
public class MyOptimizerTests
{
    [TestMethod]
    public void Step_TheFirst_GoesByTheSignOfTheGradientAndDecays()
    {
        using var weight = new Parameter(torch.tensor([1f, -2f, 3f]));
        using var optimizer = New(weight);
        Step(weight, optimizer, 0.01);
        var expected = new[] { 1f, -2f, 3f }.Select(w => w - (0.01f * (MathF.Sign(w) + (0.1f * w)))).ToArray();
        Assert.IsTrue(weight.allclose(torch.tensor(expected)));
    }

    [TestMethod]
    public void Step_AgainAndAgain_FindsTheMinimum()
    {
        using var weight = new Parameter(torch.tensor([1f, -2f, 3f]));
        using var optimizer = New(weight);
        for (var i = 0; i < 600; i++)
        {
            Step(weight, optimizer, 0.02 * (1 - (i / 600.0)));
        }

        Assert.IsLessThan(0.1, weight.abs().max().ToDouble());
    }

    [TestMethod]
    public void LoadState_OfAnotherStart_TakesTheSameNextStep()
    {
        using var weight = new Parameter(torch.tensor([1f, -2f, 3f]));
        using var first = New(weight);
        Step(weight, first, 0.01);
        using var copy = new Parameter(weight.detach().clone());
        using var second = New(copy);
        second.LoadState(first.State);
        Step(weight, first, 0.01);
        Step(copy, second, 0.01);
        Assert.IsTrue(weight.equal(copy).all().ToBoolean());
    }

    private static MyOptimizer New(Parameter weight) => new(new MyOptimizerOptions(), new NamedParameters([("weight", weight)]));

    private static void Step(Parameter weight, MyOptimizer optimizer, double rate)
    {
        using var scope = torch.NewDisposeScope();
        weight.grad?.zero_();
        weight.square().sum().backward();
        optimizer.Step(new(rate));
    }
}
