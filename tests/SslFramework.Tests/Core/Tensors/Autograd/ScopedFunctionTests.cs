using SslFramework.Core.Tensors;
using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Tests.Core.Tensors.Autograd;

[TestClass]
public class ScopedFunctionTests
{
    [TestMethod]
    public void Run_MakesItsOutputAlone_WhichHasTwoHandles()
    {
        using var scope = NewDisposeScope();
        var input = ones(4).requires_grad_(true);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Doubled.Run(input);
        Assert.AreEqual(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Backward_OfAChain_KeepsTheLastHandleAlone()
    {
        using var scope = NewDisposeScope();
        var input = ones(4).requires_grad_(true);
        var output = Doubled.Run(Doubled.Run(Doubled.Run(input))).sum();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        output.backward();
        Assert.AreEqual(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.AreEqual(8, input.grad![0].ToSingle());
    }

    [TestMethod]
    public void Backward_WithinABackward_GivesBothGradients()
    {
        using var scope = NewDisposeScope();
        var input = ones(4).requires_grad_(true);
        Doubled.Run(Recomputation.Run(nn.Identity(), x => Doubled.Run(x), Doubled.Run(input))).sum().backward();
        BackwardFailure.ThrowIfAny();
        Assert.AreEqual(8, input.grad![0].ToSingle());
    }

    [TestMethod]
    public void Backward_NoGradientComes_GivesNone()
    {
        using var scope = NewDisposeScope();
        var input = ones(4).requires_grad_(true);
        Lost.Run(Doubled.Run(input)).sum().backward();
        Assert.IsTrue(input.grad is null || input.grad.abs().sum().ToSingle() == 0);
    }

    private sealed class Doubled : ScopedFunction<Doubled>
    {
        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments) => (Tensor)arguments[0] * 2;

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient) => [gradient * 2];
    }

    private sealed class Lost : ScopedFunction<Lost>
    {
        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments) => ((Tensor)arguments[0]).clone();

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient) => [null!];
    }
}
