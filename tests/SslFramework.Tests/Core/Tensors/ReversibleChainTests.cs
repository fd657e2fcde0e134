using SslFramework.Core.Tensors;
using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
public class ReversibleChainTests
{
    private const int Depth = 16;

    [TestMethod]
    [DataRow(false, 1e-5)]
    [DataRow(true, 2e-2)] // bfloat16 inside the branches: the stream is inverted exactly, but a last bit of a branch's input may turn over
    public void Backward_GradientsAndStatistics_AreThoseOfStoredActivations(bool half, double tolerance)
    {
        using var scope = NewDisposeScope();
        var stored = Run(ReversibleChain.RunStored, half);
        var reversed = Run(ReversibleChain.Run, half);
        Assert.HasCount(stored.Count, reversed);
        for (var i = 0; i < stored.Count; i++)
        {
            var scale = stored[i].abs().max().ToDouble() + 1e-8;
            Assert.IsLessThan(tolerance * scale, (reversed[i] - stored[i]).abs().max().ToDouble(), $"tensor {i}");
        }
    }

    [TestMethod]
    public void Run_RunningStatistics_ChangeOnce()
    {
        using var scope = NewDisposeScope();
        var branches = Branches();
        ReversibleChain.Run(branches, randn(2, 8, 4, 4).requires_grad_(true)).sum().backward();
        BackwardFailure.ThrowIfAny();
        Assert.IsTrue(branches.All(branch => branch.state_dict().Single(pair => pair.Key.EndsWith("tracked", StringComparison.Ordinal)).Value.item<long>() == 1));
    }

    [TestMethod]
    public void Run_BranchesThatDrawNumbers_DrawTheSameOnTheWayBack()
    {
        using var scope = NewDisposeScope();
        nn.Module<Tensor, Tensor>[] branches = [.. Enumerable.Range(0, 4).Select(_ => nn.Dropout(0.5))];
        var gradients = new[] { ReversibleChain.RunStored, (Func<IReadOnlyList<nn.Module<Tensor, Tensor>>, Tensor, Tensor>)ReversibleChain.Run }.Select(run =>
        {
            manual_seed(3);
            var input = ones(2, 8, 4, 4).requires_grad_(true);
            run(branches, input).square().sum().backward();
            return (input.grad!, rand(3));
        }).ToArray();
        Assert.IsTrue(gradients[0].Item1.allclose(gradients[1].Item1));
        Assert.IsTrue(gradients[0].Item2.Equals(gradients[1].Item2), "what is drawn afterwards");
    }

    [TestMethod]
    public void Run_AgainAndAgain_LeavesNothingBehind()
    {
        var branches = Branches();
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            Step();
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            ReversibleChain.Run(branches, randn(2, 8, 4, 4).requires_grad_(true)).sum().backward();
        }
    }

    [TestMethod]
    public void Backward_ABranchThatFails_ThrowsAfterIt()
    {
        using var scope = NewDisposeScope();
        ReversibleChain.Run([new FailingSecond()], randn(2, 8, 4, 4).requires_grad_(true)).sum().backward();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(BackwardFailure.ThrowIfAny).Message, "planted");
    }

    private static nn.Module<Tensor, Tensor>[] Branches()
    {
        manual_seed(1);
        return [.. Enumerable.Range(0, Depth).Select(_ => nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, padding: 1)))];
    }

    private static List<Tensor> Run(Func<IReadOnlyList<nn.Module<Tensor, Tensor>>, Tensor, Tensor> run, bool half)
    {
        var branches = Branches();
        var input = randn(4, 8, 6, 6).requires_grad_(true);
        Tensor output;
        using (half ? Autocast.On(DeviceType.CPU, ScalarType.BFloat16) : null)
        {
            output = run(branches, input);
        }

        (output * randn(output.shape)).sum().backward();
        BackwardFailure.ThrowIfAny();
        return
        [
            output.detach(), input.grad!,
            .. branches.SelectMany(branch => branch.parameters().Select(parameter => parameter.grad!)),
            .. branches.SelectMany(branch => branch.named_buffers().Select(buffer => buffer.buffer.to(float32))),
        ];
    }

    private sealed class FailingSecond() : nn.Module<Tensor, Tensor>(nameof(FailingSecond))
    {
        private int calls;

        public override Tensor forward(Tensor input) => calls++ == 0 ? input * 2 : throw new InvalidOperationException("planted");
    }
}
