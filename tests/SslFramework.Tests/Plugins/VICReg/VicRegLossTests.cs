using SslFramework.Core.Distributed;
using SslFramework.Plugins.VICReg;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.VICReg;

[TestClass]
public class VicRegLossTests
{
    [TestMethod]
    [DataRow("vicreg")]
    [DataRow("vicreg_wide")]
    public void Loss_GoldenOfTheAuthors_LossAndGradientsAreEqual(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("joint_embedding.json", name);
        var (x, y) = (golden.Input("x").requires_grad_(), golden.Input("y").requires_grad_());
        var options = new VicRegOptions
        {
            InvarianceWeight = golden.Config("sim_coeff"),
            VarianceWeight = golden.Config("std_coeff"),
            CovarianceWeight = golden.Config("cov_coeff"),
        };

        var loss = VicRegLoss.Of(x, y, options, SingleReplica.Instance).Loss;
        loss.backward();

        golden.AssertLoss(loss);
        golden.AssertGradients(("x", x), ("y", y));
    }

    [TestMethod]
    public void Loss_ExampleOfHandSize_HasTheseParts()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ExampleMatrices.A, ExampleMatrices.B);
        AssertParts(Loss(a, b), 14.889848, 0.108723, 450.299443, 825.263729);
        AssertParts(Loss(nn.functional.normalize(a), nn.functional.normalize(b)), 0.920495, 0.392899, 0.237877, 33.072729);
    }

    [TestMethod]
    public void Loss_ConstantEmbeddings_IsTheVarianceAlone()
    {
        using var scope = NewDisposeScope();
        var constant = full([6, 4], 3.0, dtype: float64);
        AssertParts(Loss(constant, constant), 0, 1 - Math.Sqrt(1e-4), 0, 25 * 0.99);
    }

    [TestMethod]
    public void Loss_EqualIndependentNormalNumbers_IsAlmostZero()
    {
        using var scope = NewDisposeScope();
        var z = Normal(8192, 4, seed: 1);
        AssertParts(Loss(z, z), 0, 0, 0, 0, tolerance: 0.02, tolerances: 25);
    }

    [TestMethod]
    public void Loss_AllEmbeddingsShifted_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (x, y, shift) = (Normal(7, 5, seed: 1), Normal(7, 5, seed: 2), Normal(1, 5, seed: 3));
        Assert.AreEqual(Loss(x, y).Loss.item<double>(), Loss(x + shift, y + shift).Loss.item<double>(), 1e-10);
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Normal(7, 5, seed: 1), Normal(7, 5, seed: 2) * 0.4);
        Assert.AreEqual(Literal(x, y), Loss(x, y).Loss.item<double>(), 1e-10);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Loss_OnReplicas_MeanIsThatOfTheWholeBatch(int count)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Normal(8, 5, seed: 1), Normal(8, 5, seed: 2));
        var together = ThreadReplicas.Run(count, replicas =>
        {
            using var inner = NewDisposeScope();
            var (from, rows) = (replicas.Rank * 8 / count, 8 / count);
            return VicRegLoss.Of(x.narrow(0, from, rows), y.narrow(0, from, rows), new VicRegOptions(), replicas).Loss.item<double>();
        });
        Assert.AreEqual(Loss(x, y).Loss.item<double>(), together.Average(), 1e-10);
    }

    private static void AssertParts(
        StepResult result,
        double invariance,
        double variance,
        double covariance,
        double loss,
        double tolerance = 1e-6,
        double tolerances = 1)
    {
        Assert.AreEqual(invariance, Metric("invariance"), tolerance);
        Assert.AreEqual(variance, Metric("variance"), tolerance);
        Assert.AreEqual(covariance, Metric("covariance"), tolerance);
        Assert.AreEqual(loss, result.Loss.item<double>(), tolerances * tolerance);

        double Metric(string name) => result.Metrics.Single(m => m.Name == name).Value.item<double>();
    }

    private static StepResult Loss(Tensor x, Tensor y) => VicRegLoss.Of(x, y, new VicRegOptions(), SingleReplica.Instance);

    private static Tensor Normal(long rows, long columns, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn([rows, columns], dtype: float64, generator: generator);
    }

    /// <summary>Equations 1 to 6 of the paper, with the mean of both variances as in the authors' code.</summary>
    private static double Literal(Tensor first, Tensor second)
    {
        var (x, y) = (Columns(first), Columns(second));
        var (n, d) = (x[0].Length, x.Length);
        var invariance = x.Zip(y, (a, b) => a.Zip(b, (p, q) => (p - q) * (p - q)).Sum()).Sum() / (n * d);
        return (25 * invariance) + (25 * (Variance(x) + Variance(y)) / 2) + Covariances(x) + Covariances(y);

        double Covariance(double[] a, double[] b) => a.Zip(b, (p, q) => (p - a.Average()) * (q - b.Average())).Sum() / (n - 1);
        double Variance(double[][] z) => z.Average(column => Math.Max(0, 1 - Math.Sqrt(Covariance(column, column) + 1e-4)));
        double Covariances(double[][] z) =>
            z.Index().Sum(a => z.Index().Where(b => b.Index != a.Index).Sum(b => Math.Pow(Covariance(a.Item, b.Item), 2))) / d;
        static double[][] Columns(Tensor z) =>
            [.. Enumerable.Range(0, (int)z.shape[1]).Select(i => z.select(1, i).contiguous().data<double>().ToArray())];
    }
}
