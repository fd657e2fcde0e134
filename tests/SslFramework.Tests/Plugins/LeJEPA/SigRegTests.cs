using System.Numerics;
using SslFramework.Core.Distributed;
using SslFramework.Plugins.LeJEPA;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.LeJEPA;

[TestClass]
public class SigRegTests
{
    [TestMethod]
    public void Statistic_ExampleOfHandSize_IsThis()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0.205659, Statistic(tensor(new double[,] { { 1 }, { -1 } }), eye(1, dtype: float64)), 1e-6);
        Assert.AreEqual(0.402048 * 5, Statistic(zeros(5, 3, float64), eye(3, dtype: float64)), 5e-6, "all images are at one place");
    }

    [TestMethod]
    [DataRow(0, 0.304499)]
    [DataRow(1, 0.494429)]
    [DataRow(2, 0.237435)]
    public void Statistic_AxesOfTheExample_IsThisAlongEach(int axis, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(expected, Statistic(ExampleMatrices.B, eye(3, dtype: float64).narrow(1, axis, 1)), 1e-6);
        Assert.AreEqual(0.345454, Statistic(ExampleMatrices.B, eye(3, dtype: float64)), 1e-6, "the mean over directions");
    }

    [TestMethod]
    public void Statistic_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (x, directions) = (Normal([2, 6, 4], seed: 1), Normal([4, 3], seed: 2));
        Assert.AreEqual(Literal(x, directions, knots: 9), SigReg.Statistic(x, directions, 9, SingleReplica.Instance).item<double>(), 1e-10);
    }

    [TestMethod]
    public void Statistic_EmbeddingsNegatedOrDirectionsScaled_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (x, directions) = (Normal([6, 4], seed: 1), Normal([4, 3], seed: 2));
        var statistic = Statistic(x, directions);
        Assert.AreEqual(statistic, Statistic(-x, directions), 1e-12);
        Assert.AreEqual(statistic, Statistic(x, directions * tensor(new[] { 5, 0.1, -2 })), 1e-12);
    }

    /// <summary>Of normal numbers its expectation is Σ w(1 − exp(−t²)), however many there are: only others make it grow with N.</summary>
    [TestMethod]
    [DataRow(64)]
    [DataRow(1024)]
    public void Statistic_NormalNumbers_DoesNotGrowWithTheirCount(int images)
    {
        using var scope = NewDisposeScope();
        var distance = 3 / 16.0;
        var expected = Enumerable.Range(0, 17).Sum(k => distance * (k is 0 or 16 ? 1 : 2)
            * Math.Exp(-Math.Pow(k * distance, 2) / 2) * (1 - Math.Exp(-Math.Pow(k * distance, 2))));
        Assert.AreEqual(expected, Statistic(Normal([images, 400], seed: 1), eye(400, dtype: float64)), 0.1 * expected);
        Assert.IsGreaterThan(images * 0.02, Statistic(2 * Normal([images, 400], seed: 1), eye(400, dtype: float64)), "too wide");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Statistic_OnReplicas_IsThatOfTheWholeBatch(int count)
    {
        using var scope = NewDisposeScope();
        var (x, directions) = (Normal([2, 8, 4], seed: 1), Normal([4, 3], seed: 2));
        var alone = SigReg.Statistic(x, directions, 17, SingleReplica.Instance).item<double>();
        var together = ThreadReplicas.Run(count, replicas =>
        {
            using var inner = NewDisposeScope();
            return SigReg.Statistic(x.narrow(1, replicas.Rank * 8 / count, 8 / count), directions, 17, replicas).item<double>();
        });
        foreach (var statistic in together)
        {
            Assert.AreEqual(alone, statistic, 1e-12);
        }
    }

    private static double Statistic(Tensor rows, Tensor directions) =>
        SigReg.Statistic(rows.unsqueeze(0), directions, 17, SingleReplica.Instance).item<double>();

    private static Tensor Normal(long[] shape, ulong seed)
    {
        using var generator = new Generator(seed);
        return randn(shape, dtype: float64, generator: generator);
    }

    /// <summary>With complex numbers, over the whole line from −3 to 3, view by view and direction by direction.</summary>
    private static double Literal(Tensor embeddings, Tensor directions, int knots)
    {
        var (views, images, sum) = (embeddings.shape[0], (int)embeddings.shape[1], 0.0);
        var distance = 3.0 / (knots - 1);
        for (var view = 0; view < views; view++)
        {
            for (var m = 0; m < directions.shape[1]; m++)
            {
                var direction = directions.select(1, m);
                var x = embeddings[view].mv(direction / direction.norm()).data<double>().ToArray();
                for (var k = 1 - knots; k < knots; k++)
                {
                    var t = k * distance;
                    var mean = x.Aggregate(Complex.Zero, (all, value) => all + Complex.Exp(Complex.ImaginaryOne * t * value)) / images;
                    var gaussian = Math.Exp(-t * t / 2);
                    var width = Math.Abs(k) == knots - 1 ? distance / 2 : distance;
                    sum += images * width * gaussian * Math.Pow((mean - gaussian).Magnitude, 2);
                }
            }
        }

        return sum / (views * directions.shape[1]);
    }
}
