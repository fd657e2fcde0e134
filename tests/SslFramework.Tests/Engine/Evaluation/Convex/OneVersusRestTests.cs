using SslFramework.Engine.Evaluation.Convex;

namespace SslFramework.Tests.Engine.Evaluation.Convex;

[TestClass]
public class OneVersusRestTests
{
    private const int Count = 60;

    /// <summary>Against coordinate descent on the dual, a row at a time, as liblinear does it (Hsieh et al. 2008).</summary>
    [TestMethod]
    [DataRow(0.01)]
    [DataRow(1)]
    [DataRow(10)] // beyond, coordinate descent takes very long
    public void Solve_SquaredHinge_IsLiblinearsOptimum(double cost)
    {
        using var scope = NewDisposeScope();
        var (rows, sides) = Data();
        var weights = SetProbe.Weights(sides);
        var solved = OneVersusRest.Solve(rows, sides, weights, full([2], cost, float64), hinge: true, SolverLimits.Exact);
        for (var c = 0; c < 2; c++)
        {
            double[] literal = Dual(Rows(rows), Column(sides, c), [.. Column(weights, c).Select(weight => weight * cost)]);
            var own = Row(solved, c);
            for (var d = 0; d < literal.Length; d++)
            {
                Assert.AreEqual(literal[d], own[d], 1e-4 * Math.Max(1, literal.Max(Math.Abs)), $"class {c}, weight {d}");
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Solve_AtItsOptimum_HasNoGradient(bool hinge)
    {
        using var scope = NewDisposeScope();
        var (rows, sides) = Data();
        var weights = SetProbe.Weights(sides);
        var place = OneVersusRest.Solve(rows, sides, weights, tensor(new[] { 0.5, 3.0 }), hinge, SolverLimits.Exact).requires_grad_();
        var margins = rows.mm(place.t()) * sides;
        var losses = hinge ? (1 - margins).relu().square() : (1 + (-margins).exp()).log();
        var penalized = hinge ? place : place.narrow(1, 0, place.shape[1] - 1);
        var loss = (penalized.square().sum([1]) / 2) + (tensor(new[] { 0.5, 3.0 }) * (losses * weights).sum([0]));
        loss.sum().backward();
        Assert.AreEqual(0, place.grad!.abs().max().ToDouble(), 1e-4);
    }

    [TestMethod]
    public void Solve_RowsWithoutWeight_DoNotCount()
    {
        using var scope = NewDisposeScope();
        var (rows, sides) = Data();
        var weights = ones_like(sides);
        weights.narrow(0, 40, 20).zero_();
        var costs = ones([2], float64);
        var some = OneVersusRest.Solve(rows, sides, weights, costs, hinge: true, SolverLimits.Exact);
        var alone = OneVersusRest.Solve(
            rows.narrow(0, 0, 40), sides.narrow(0, 0, 40), ones([40, 2], float64), costs, hinge: true, SolverLimits.Exact);
        Assert.IsTrue(some.allclose(alone, 1e-4, 1e-5));
    }

    /// <summary>W of two classes is ±½w, whose penalty is half of w's.</summary>
    [TestMethod]
    public void Solve_Softmax_OfTwoClasses_IsLogisticRegression()
    {
        using var scope = NewDisposeScope();
        var (rows, sides) = Data();
        var labels = sides.select(1, 0).gt(0).to(int64);
        var multinomial = SoftmaxRegression.Solve(rows, labels, 2, penalty: 0.4, SolverLimits.Exact);
        var own = sides.narrow(1, 0, 1);
        var binary = OneVersusRest.Solve(rows, own, ones_like(own), full([1], 1 / 0.2, float64), hinge: false, SolverLimits.Exact);
        Assert.IsTrue((multinomial[1] - multinomial[0]).allclose(binary[0], 1e-4, 1e-4));
    }

    [TestMethod]
    public void Solve_SoftmaxWithAHugePenalty_GivesTheSharesOfTheClasses()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(Enumerable.Range(0, Count).Select(i => i < 30 ? 0L : i < 50 ? 1 : 2).ToArray());
        var solved = SoftmaxRegression.Solve(Data().Rows, labels, 3, penalty: 1e8, SolverLimits.Exact);
        var shares = solved.select(1, solved.shape[1] - 1).softmax(0).data<double>().ToArray();
        CollectionAssert.AreEqual(new[] { 0.5, 0.333333, 0.166667 }, Array.ConvertAll(shares, share => Math.Round(share, 6)));
        Assert.AreEqual(0, solved.narrow(1, 0, solved.shape[1] - 1).abs().max().ToDouble(), 1e-6);
    }

    /// <summary>Against the sum of cross-entropies, image by image, and its gradient by differences.</summary>
    [TestMethod]
    public void Solve_Softmax_AtItsOptimumOfALiteralLoss_HasNoSlope()
    {
        using var scope = NewDisposeScope();
        var rows = Data().Rows;
        long[] labels = [.. Enumerable.Range(0, Count).Select(i => (long)(i * 7 % 3))];
        var solved = SoftmaxRegression.Solve(rows, tensor(labels), 3, penalty: 2, SolverLimits.Exact);
        var (data, weights) = (Rows(rows), Enumerable.Range(0, 3).Select(c => Row(solved, c)).ToArray());
        var best = Loss();
        foreach (var row in weights)
        {
            for (var d = 0; d < row.Length; d++)
            {
                row[d] += 1e-4;
                var above = Loss();
                row[d] -= 2e-4;
                Assert.AreEqual(0, (above - Loss()) / 2e-4, 1e-4);
                row[d] += 1e-4;
            }
        }

        Assert.AreEqual(best, Loss(), 1e-9);

        double Loss()
        {
            var loss = weights.Sum(row => row[..^1].Sum(w => w * w));
            for (var i = 0; i < Count; i++)
            {
                double[] logits = [.. weights.Select(row => row.Zip(data[i], (w, x) => w * x).Sum())];
                loss += Math.Log(logits.Sum(Math.Exp)) - logits[labels[i]];
            }

            return loss;
        }
    }

    private static double[] Dual(double[][] rows, double[] sides, double[] costs)
    {
        var (weights, factors) = (new double[rows[0].Length], new double[rows.Length]);
        for (var pass = 0; pass < 20_000; pass++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var ridge = 1 / (2 * costs[i]);
                var slope = (sides[i] * weights.Zip(rows[i], (w, x) => w * x).Sum()) - 1 + (ridge * factors[i]);
                var before = factors[i];
                factors[i] = Math.Max(0, before - (slope / (rows[i].Sum(x => x * x) + ridge)));
                for (var d = 0; d < weights.Length; d++)
                {
                    weights[d] += (factors[i] - before) * sides[i] * rows[i][d];
                }
            }
        }

        return weights;
    }

    /// <summary>Two classes that a line does not divide.</summary>
    private static (Tensor Rows, Tensor Sides) Data()
    {
        var features = Golden.Tensor("features", [Count, 5]);
        var noise = Golden.Tensor("noise", [Count, 2]);
        return (OneVersusRest.WithOne(features), where((features.narrow(1, 0, 2) + noise).gt(0.3), 1.0, -1.0).to(float64));
    }

    private static double[][] Rows(Tensor values) => [.. Enumerable.Range(0, (int)values.shape[0]).Select(i => Row(values, i))];

    private static double[] Row(Tensor values, int row) => values[row].data<double>().ToArray();

    private static double[] Column(Tensor values, int column) => values.select(1, column).contiguous().data<double>().ToArray();
}
