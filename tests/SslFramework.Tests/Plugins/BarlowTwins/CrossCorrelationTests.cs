using SslFramework.Core.Distributed;
using SslFramework.Plugins.BarlowTwins;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BarlowTwins;

[TestClass]
public class CrossCorrelationTests
{
    private const double PapersLambda = 0.0051;

    [TestMethod]
    public void Loss_GoldenOfTheAuthors_LossAndGradientsAreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("joint_embedding.json", "barlow_twins");
        var (z1, z2) = (golden.Input("z1").requires_grad_(), golden.Input("z2").requires_grad_());

        var loss = Loss(z1, z2, golden.Config("lambd")).Loss;
        loss.backward();

        golden.AssertLoss(loss);
        golden.AssertGradients(("z1", z1), ("z2", z2));
    }

    [TestMethod]
    public void Loss_ExampleOfHandSize_HasTheseParts()
    {
        using var scope = NewDisposeScope();
        var result = Loss(ExampleMatrices.A, ExampleMatrices.B);
        Assert.AreEqual(4.262391, result.Loss.item<double>(), 1e-6);
        Assert.AreEqual(4.260953, Metric(result, "onDiagonal"), 1e-6);
        Assert.AreEqual(0.281866 * PapersLambda, Metric(result, "offDiagonal"), 1e-8);
        Assert.AreEqual((-0.306998 - 0.212173 - 0.040839) / 3, Metric(result, "correlation"), 1e-6, "the rows of c are equal");
    }

    [TestMethod]
    public void Loss_EqualViewsOfIndependentNumbers_IsZero()
    {
        using var scope = NewDisposeScope();
        var z = tensor(new double[,] { { 1, 1, 1 }, { 1, -1, -1 }, { -1, 1, -1 }, { -1, -1, 1 } });
        Assert.AreEqual(0, CrossCorrelation.Loss(z, z, 1, SingleReplica.Instance).Loss.item<double>(), 1e-12);
        Assert.AreEqual(3 * 4, CrossCorrelation.Loss(z, -z, 1, SingleReplica.Instance).Loss.item<double>(), 1e-12, "each c_ii is −1");
    }

    [TestMethod]
    public void Loss_OneNumberThreeTimes_CostsWhatIsOffTheDiagonal()
    {
        using var scope = NewDisposeScope();
        var z = tensor(new double[,] { { 1, 1, 1 }, { -1, -1, -1 } });
        Assert.AreEqual(6 * 0.1, CrossCorrelation.Loss(z, z, 0.1, SingleReplica.Instance).Loss.item<double>(), 1e-12);
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Normal(7, 5, seed: 1), Normal(7, 5, seed: 2));
        Assert.AreEqual(Literal(a, b, 0.3), Loss(a, b, 0.3).Loss.item<double>(), 1e-10);
    }

    /// <summary>Correlations of N independent pairs have the variance 1/N: this floor is not collapse.</summary>
    [TestMethod]
    public void Loss_IndependentViews_IsThatOfNoise()
    {
        using var scope = NewDisposeScope();
        var result = Loss(Normal(512, 64, seed: 1), Normal(512, 64, seed: 2), lambda: 1);
        Assert.AreEqual(64 * 63 / 512.0, Metric(result, "offDiagonal"), 0.6);
        Assert.AreEqual(64 * (1 + (1 / 512.0)), Metric(result, "onDiagonal"), 3);
    }

    [TestMethod]
    public void Loss_NumbersInAnotherOrder_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (a, b, order) = (Normal(7, 5, seed: 1), Normal(7, 5, seed: 2), tensor(new long[] { 3, 0, 4, 1, 2 }));
        Assert.AreEqual(
            Loss(a, b).Loss.item<double>(), Loss(a.index_select(1, order), b.index_select(1, order)).Loss.item<double>(), 1e-10);
    }

    [TestMethod]
    public void Loss_ANumberScaledAndShifted_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Normal(7, 5, seed: 1), Normal(7, 5, seed: 2));
        var changed = (a * tensor(new[] { 1.0, 3, 1, 1, 20 })) + 2;
        Assert.AreEqual(Loss(a, b).Loss.item<double>(), Loss(changed, b).Loss.item<double>(), 1e-4, "but for the norm's ε");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Loss_OnReplicas_IsThatOfTheWholeBatch(int count)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Normal(8, 5, seed: 1), Normal(8, 5, seed: 2));
        var alone = CrossCorrelation.Loss(a, b, 0.1, SingleReplica.Instance).Loss.item<double>();
        var together = ThreadReplicas.Run(count, replicas =>
        {
            using var inner = NewDisposeScope();
            var (from, rows) = (replicas.Rank * 8 / count, 8 / count);
            return CrossCorrelation.Loss(a.narrow(0, from, rows), b.narrow(0, from, rows), 0.1, replicas).Loss.item<double>();
        });
        foreach (var loss in together)
        {
            Assert.AreEqual(alone, loss, 1e-12);
        }
    }

    private static StepResult Loss(Tensor a, Tensor b, double lambda = PapersLambda)
    {
        var bn = nn.BatchNorm1d(a.shape[1], affine: false).to(float64);
        return CrossCorrelation.Loss(bn.call(a), bn.call(b), lambda, SingleReplica.Instance);
    }

    private static double Metric(StepResult result, string name) => result.Metrics.Single(m => m.Name == name).Value.item<double>();

    private static Tensor Normal(long rows, long columns, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([rows, columns], dtype: float64, generator: generator);
    }

    /// <summary>Equations 1 and 2 of the paper, word for word; the norm's ε is added to the variance.</summary>
    private static double Literal(Tensor first, Tensor second, double lambda)
    {
        var (a, b) = (Columns(first), Columns(second));
        var loss = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < b.Length; j++)
            {
                var c = a[i].Zip(b[j], (x, y) => x * y).Sum() / (Length(a[i]) * Length(b[j]));
                loss += i == j ? (1 - c) * (1 - c) : lambda * c * c;
            }
        }

        return loss;

        static double[][] Columns(Tensor z) => [.. Enumerable.Range(0, (int)z.shape[1])
            .Select(i => z.select(1, i).contiguous().data<double>().ToArray()).Select(c => c.Select(x => x - c.Average()).ToArray())];
        static double Length(double[] c) => Math.Sqrt(c.Sum(x => x * x) + (c.Length * 1e-5));
    }
}
