using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class FrozenParametersTests
{
    /// <summary>One backward over both losses: each network gets the gradient of its own.</summary>
    [TestMethod]
    public void Backward_ThroughAFrozenModule_ReachesItsInputAlone()
    {
        using var scope = NewDisposeScope();
        var module = nn.Linear(3, 1);
        var (made, real) = (ones(2, 3).requires_grad_(), full(2, 3, 2f));
        var own = module.call(real).sum() + module.call(made.detach()).sum();
        Tensor through;
        using (new FrozenParameters(module))
        {
            through = module.call(made).sum() * 10;
        }

        (own + through).backward();
        Assert.IsTrue(module.weight.grad!.eq(2 + 2 + 1 + 1).all().ToBoolean(), "of both rows of its own loss, and none of the other");
        Assert.IsLessThan(1e-5, (made.grad! - (module.weight * 10)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Dispose_OfParametersThatWereNotTrained_LeavesThemSo()
    {
        using var scope = NewDisposeScope();
        var module = nn.Linear(3, 1);
        module.bias!.requires_grad = false;
        new FrozenParameters(module).Dispose();
        Assert.IsTrue(module.weight.requires_grad);
        Assert.IsFalse(module.bias.requires_grad);
    }
}
