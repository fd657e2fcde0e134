using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class InfoNceTests
{
    [TestMethod]
    public void AgainstDictionary_OrthogonalAndOppositeNegatives_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var query = tensor(new double[] { 1, 0 }, [1, 2]);
        var dictionary = tensor(new double[] { 0, -1, 1, 0 }, [2, 2]); // columns e2 and −e1

        var result = InfoNce.AgainstDictionary(query, query, dictionary, temperature: 1);

        Assert.AreEqual(0.407606, result.Loss.item<double>(), 1e-6); // −ln(e / (e + 1 + 1/e))
        Assert.AreEqual(1, Metric(result, "positiveSimilarity"));
        Assert.AreEqual(-0.5, Metric(result, "negativeSimilarity"));
        Assert.AreEqual(1, Metric(result, "accuracy"));
    }

    [TestMethod]
    public void AgainstDictionary_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (q, k, queue) = (Unit("q", 4), Unit("k", 4), Unit("queue", 6));

        var expected = Enumerable.Range(0, 4).Average(i =>
        {
            var positive = Math.Exp(Dot(q, i, k, i) / 0.2);
            return -Math.Log(positive / (positive + Enumerable.Range(0, 6).Sum(j => Math.Exp(Dot(q, i, queue, j) / 0.2))));
        });

        Assert.AreEqual(expected, InfoNce.AgainstDictionary(q, k, queue.t(), 0.2).Loss.item<double>(), 1e-12);
    }

    [TestMethod]
    [DataRow(1, 1.253047)]
    [DataRow(0.2, 0.005372)]
    public void AgainstBatch_IdentityEmbeddings_IsTheClosedForm(double temperature, double symmetricLoss)
    {
        using var scope = NewDisposeScope();
        var loss = InfoNce.AgainstBatch(eye(2), eye(2), temperature, rank: 0).Loss.item<float>();
        Assert.AreEqual(symmetricLoss, 4 * temperature * loss, 1e-6);
    }

    [TestMethod]
    public void AgainstBatch_BothDirections_IsTheKnownNumber()
    {
        using var scope = NewDisposeScope();
        var a = Made((i, j) => (3 * i) + j - 4);
        var b = Made((i, j) => Math.Sin(0.7 * ((3 * i) + j)));
        var sum = InfoNce.AgainstBatch(a, b, 0.2, rank: 0).Loss + InfoNce.AgainstBatch(b, a, 0.2, rank: 0).Loss;
        Assert.AreEqual(5.210712, 0.4 * sum.item<double>(), 1e-6);
    }

    [TestMethod]
    public void AgainstBank_QueriesOfSomeImages_FindTheirEntries()
    {
        using var scope = NewDisposeScope();
        var (bank, images) = (Unit("bank", 7), tensor(new long[] { 5, 0, 2 }));
        var queries = bank.index_select(0, images);

        var result = InfoNce.AgainstBank(queries, bank, images, 0.2);

        var expected = Enumerable.Range(0, 3).Average(i => -Math.Log(
            Math.Exp(1 / 0.2) / Enumerable.Range(0, 7).Sum(j => Math.Exp(Dot(queries, i, bank, j) / 0.2))));
        Assert.AreEqual(expected, result.Loss.item<double>(), 1e-12);
        Assert.AreEqual(1, Metric(result, "accuracy"));
        Assert.AreEqual(1, Metric(result, "positiveSimilarity"), 1e-12);
    }

    [TestMethod]
    public void AgainstBatch_OfAnotherRank_FindsItsOwnKeys()
    {
        using var scope = NewDisposeScope();
        var keys = Unit("k", 8);
        var result = InfoNce.AgainstBatch(keys.narrow(0, 6, 2), keys, 0.1, rank: 3);
        Assert.AreEqual(1, Metric(result, "accuracy"));
        Assert.AreEqual(1, Metric(result, "positiveSimilarity"), 1e-12);
    }

    private static double Metric(StepResult result, string name) => result.Metrics.Single(m => m.Name == name).Value.ToDouble();

    private static Tensor Unit(string key, int rows) => nn.functional.normalize(Golden.Tensor(key, [rows, 5]).to(float64));

    private static double Dot(Tensor a, int i, Tensor b, int j) => (a[i] * b[j]).sum().item<double>();

    private static Tensor Made(Func<int, int, double> value) => nn.functional.normalize(
        tensor(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 3).Select(j => value(i, j))).ToArray(), [4, 3]));

    [TestMethod]
    public void AgainstBatch_OneImage_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => InfoNce.AgainstBatch(ones(1, 4), ones(1, 4), 0.1, 0));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, "\"training.batchSize\"");
    }
}
