using SslFramework.Engine.Evaluation.Convex;

namespace SslFramework.Tests.Engine.Evaluation.Convex;

[TestClass]
public class LbfgsTests
{
    /// <summary>½ Σ a (x − b)², with numbers a from 1 to 10,000.</summary>
    [TestMethod]
    public void Minimize_QuadraticsOfSeveralRows_FindsEachMinimum()
    {
        using var scope = NewDisposeScope();
        var (scale, at) = (logspace(0, 4, 12, dtype: float64), Golden.Tensor("minima", [3, 12]).to(float64));
        var found = Lbfgs.Minimize(zeros([3, 12], float64), places => Quadratic(places, scale, at), 1e-9, 500);
        Assert.IsTrue(found.allclose(at, 0, 1e-8));
    }

    /// <summary>A row that needs many steps beside one that is at its minimum from the beginning.</summary>
    [TestMethod]
    public void Minimize_ARowAlone_GoesTheSameWay()
    {
        using var scope = NewDisposeScope();
        var (scale, at) = (logspace(0, 3, 8, dtype: float64), Golden.Tensor("minima", [2, 8]).to(float64));
        at[1].zero_();
        var together = Lbfgs.Minimize(zeros([2, 8], float64), places => Quadratic(places, scale, at), 1e-6, 7);
        var alone = Lbfgs.Minimize(zeros([1, 8], float64), places => Quadratic(places, scale, at.narrow(0, 0, 1)), 1e-6, 7);
        Assert.IsTrue(together[0].allclose(alone[0], 1e-12, 1e-12));
        Assert.AreEqual(0, together[1].abs().max().ToDouble());
    }

    /// <summary>Σ cosh(x − b) + (x − b)⁴: a step of length 1 along the first directions goes much too far.</summary>
    [TestMethod]
    public void Minimize_ASteepFunction_HalvesItsSteps()
    {
        using var scope = NewDisposeScope();
        var at = Golden.Tensor("minima", [2, 5], 5).to(float64);
        var found = Lbfgs.Minimize(
            full([2, 5], 9.0, float64),
            places =>
            {
                var off = places - at;
                return ((off.cosh() + off.pow(4)).sum([1]), off.sinh() + (4 * off.pow(3)));
            },
            1e-9,
            200);
        Assert.IsTrue(found.allclose(at, 0, 1e-8));
    }

    [TestMethod]
    public void Minimize_AtItsEnd_LeavesOneTensor()
    {
        using var scope = NewDisposeScope();
        var (scale, at) = (logspace(0, 4, 12, dtype: float64), Golden.Tensor("minima", [3, 12]).to(float64));
        var start = zeros([3, 12], float64);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Lbfgs.Minimize(start, places => Quadratic(places, scale, at), 1e-9, 500);
        Assert.AreEqual(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static (Tensor Values, Tensor Gradients) Quadratic(Tensor places, Tensor scale, Tensor at)
    {
        using var scope = NewDisposeScope();
        var off = places - at;
        return ((scale * off.square()).sum([1]).div_(2).MoveToOuterDisposeScope(), (scale * off).MoveToOuterDisposeScope());
    }
}
