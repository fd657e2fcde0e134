using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework.Core.Optimization;
using TorchSharp;
using TorchSharp.Modules;

namespace MyOptimizer.Tests;

[TestClass]
public class MyOptimizerTests
{
    [TestMethod]
    public void Step_AgainAndAgain_FindsTheMinimum()
    {
        using var weight = new Parameter(torch.tensor([1f, -2f, 3f]));
        using var optimizer = New(weight);
        for (var i = 0; i < 400; i++)
        {
            Step(weight, optimizer);
        }

        Assert.IsLessThan(0.1, weight.abs().max().ToDouble());
    }

    [TestMethod]
    public void LoadState_OfAnotherStart_TakesTheSameNextStep()
    {
        using var weight = new Parameter(torch.tensor([1f, -2f, 3f]));
        using var first = New(weight);
        Step(weight, first);
        using var copy = new Parameter(weight.detach().clone());
        using var second = New(copy);
        second.LoadState(first.State);
        Step(weight, first);
        Step(copy, second);
        Assert.IsTrue(weight.equal(copy).all().ToBoolean());
    }

    private static MyOptimizer New(Parameter weight) => new(new MyOptimizerOptions(), new NamedParameters([("weight", weight)]));

    private static void Step(Parameter weight, MyOptimizer optimizer)
    {
        using var scope = torch.NewDisposeScope();
        weight.grad?.zero_();
        weight.square().sum().backward();
        optimizer.Step(0.01);
    }
}
