using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Evaluation.Neighbors;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.Neighbors;

[TestClass]
public class KnnEvaluatorTests
{
    [TestMethod]
    public void Measure_MadeFeatures_EqualDino()
    {
        using var scope = NewDisposeScope();
        var results = Golden.Open("knn.json").GetProperty("results").EnumerateObject().ToList();
        var options = new KnnOptions { K = [.. results.Select(r => int.Parse(r.Name, CultureInfo.InvariantCulture))] };

        var (train, test) = (GoldenFeatures("train_features", 500), GoldenFeatures("test_features", 200));
        var numbers = new KnnEvaluator(options).Measure(train, test).ToDictionary(number => number.Metric, number => number.Value);

        foreach (var result in results)
        {
            Assert.AreEqual(result.Value.GetProperty("top1").GetDouble(), numbers[$"top-1 (k={result.Name})"], 1e-9);
            Assert.AreEqual(result.Value.GetProperty("top5").GetDouble(), numbers[$"top-5 (k={result.Name})"], 1e-9);
        }
    }

    [TestMethod]
    public void Scores_FourNeighborsByHand_EqualThePublishedVote()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(new[,] { { 1, 0 }, { .9f, .1f }, { 0, 1 }, { -1, 0 } });
        var bank = new LabeledFeatures(rows, tensor(new long[] { 0, 1, 1, 0 }), 2);

        var scores = new WeightedVote(bank).Scores(tensor(new[,] { { 1, .05f } }), [3], [0.07])[0];

        Assert.AreEqual(1572050, scores[0, 0].item<float>(), 5);
        Assert.AreEqual(1558768, scores[0, 1].item<float>(), 5);
    }

    [TestMethod]
    public void Scores_ManyQueries_EqualALiteralVote()
    {
        using var scope = NewDisposeScope();
        var bank = Features("bank", 60, 3);
        var queries = Golden.Tensor("queries", [25, 5], 3);
        int[] neighbors = [1, 7, 60];

        var fast = new WeightedVote(bank).Scores(queries, neighbors, [0.1]);

        for (var i = 0; i < neighbors.Length; i++)
        {
            for (var q = 0; q < 25; q++)
            {
                var slow = Literal(bank, queries[q], neighbors[i], 0.1);
                for (var c = 0; c < 3; c++)
                {
                    Assert.AreEqual(slow[c], fast[i][q, c].item<float>(), 1e-3 * Math.Max(1, slow[c]));
                }
            }
        }
    }

    [TestMethod]
    public void Scores_BlockOfQueries_EqualOneByOne()
    {
        using var scope = NewDisposeScope();
        // 2^24 / 2^16 bank rows = 256 queries a block, so that 300 need two.
        var bank = new LabeledFeatures(Golden.Tensor("bank", [1 << 16, 8]), arange(1 << 16, int64).remainder(3), 3);
        var queries = Golden.Tensor("queries", [300, 8]);
        var vote = new WeightedVote(bank);

        var all = vote.Scores(queries, [5], [0.07])[0];

        foreach (var q in new[] { 0, 255, 256, 299 })
        {
            Assert.IsTrue(vote.Scores(queries.narrow(0, q, 1), [5], [0.07])[0].allclose(all.narrow(0, q, 1)), $"query {q}");
        }
    }

    [TestMethod]
    public void Measure_MoreNeighborsThanImages_UsesAllAndSaysSo()
    {
        using var scope = NewDisposeScope();
        var numbers = new KnnEvaluator(new() { K = [5, 200, 300] }).Measure(Features("bank", 12, 3), Features("test", 6, 3)).ToList();
        CollectionAssert.AreEqual(new[] { "top-1 (k=5)", "top-1 (k=12)" }, numbers.ConvertAll(number => number.Metric));
    }

    [TestMethod]
    public void Measure_SeveralTemperatures_EqualEachAlone()
    {
        using var scope = NewDisposeScope();
        var (bank, test) = (Features("bank", 40, 3), Features("test", 30, 3));
        var together = new KnnEvaluator(new() { K = [3, 20], Temperature = [0.07, 1] }).Measure(bank, test).ToList();
        CollectionAssert.AreEqual(
            new[] { "top-1 (k=3, T=0.07)", "top-1 (k=3, T=1)", "top-1 (k=20, T=0.07)", "top-1 (k=20, T=1)" }, together.ConvertAll(number => number.Metric));
        double[] alone = [.. new[] { (3, 0.07), (3, 1), (20, 0.07), (20, 1) }
            .Select(pair => new KnnEvaluator(new() { K = [pair.Item1], Temperature = [pair.Item2] }).Measure(bank, test).Single().Value)];
        CollectionAssert.AreEqual(alone, together.Select(number => number.Value).ToArray());
    }

    [TestMethod]
    public void Measure_AFeatureThatIsNotFinite_IsNaNAndSaysWhy()
    {
        using var scope = NewDisposeScope();
        var sound = Features("bank", 12, 3);
        foreach (var value in new[] { float.NaN, float.NegativeInfinity })
        {
            var broken = sound with { Values = sound.Values.clone() };
            broken.Values[4, 2] = value;
            foreach (var number in new KnnEvaluator(new() { K = [3] }).Measure(broken, sound).Concat(new KnnEvaluator(new() { K = [3] }).Measure(sound, broken)))
            {
                Assert.AreEqual(("top-1 (k=3)", double.NaN), (number.Metric, number.Value));
                Assert.IsNull(number.Interval);
                Assert.Contains("1 of 12 images are NaN or infinite", number.Remark!);
            }
        }

        Assert.IsNull(new KnnEvaluator(new() { K = [3] }).Measure(sound, sound).Single().Remark);
    }

    [TestMethod]
    public void Ranks_OfManyClasses_EqualThoseOfAllScores()
    {
        using var scope = NewDisposeScope();
        const int Classes = 1 << 17; // 2^24 / 2^17 = 128 queries a block
        var labels = arange(200, int64).mul(601);
        var bank = new LabeledFeatures(Golden.Tensor("bank", [200, 8]), labels, Classes);
        var queries = new LabeledFeatures(Golden.Tensor("queries", [150, 8]), labels.narrow(0, 10, 150), Classes);
        var vote = new WeightedVote(bank);
        Assert.AreEqual(Accuracy.Ranks(vote.Scores(queries.Values, [5], [0.07])[0], queries.Labels), vote.Ranks(queries, [5], [0.07])[0]);
        Assert.IsGreaterThan(Made(100), Made(150), "a second block of scores, for which the first is freed");

        long Made(int count)
        {
            var before = DisposeScopeManager.Statistics.CreatedInScopeCount;
            vote.Ranks(queries with { Values = queries.Values.narrow(0, 0, count), Labels = queries.Labels.narrow(0, 0, count) }, [5], [0.07]);
            return DisposeScopeManager.Statistics.CreatedInScopeCount - before;
        }
    }

    [TestMethod]
    public void Ranks_EqualScores_LowerClassComesFirst()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new float[,] { { 2, 5, 5, 1 }, { 2, 5, 5, 1 }, { 2, 5, 5, 1 } });
        var ranks = Accuracy.Ranks(scores, tensor(new long[] { 1, 2, 0 }));
        CollectionAssert.AreEqual(new long[] { 0, 1, 2 }, ranks.data<long>().ToArray());
    }

    [TestMethod]
    public void Top_APercentageWithFewDigits_IsExact()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(62.75, Accuracy.Top(1, arange(400, int64).ge(251).to(int64)));
    }

    [TestMethod]
    public void Options_WithoutNeighbors_AreNotValid()
    {
        foreach (var options in new[] { new KnnOptions { K = [] }, new KnnOptions { K = [20, 0] }, new KnnOptions { Temperature = [0] } })
        {
            Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), [], true));
        }
    }

    /// <summary>Rows normalize(key + 0.8 · center of the class), class = i mod 10, as in knn.json.</summary>
    private static LabeledFeatures GoldenFeatures(string key, int count)
    {
        var labels = arange(count, int64).remainder(10);
        var centers = Golden.Tensor("centres", [10, 16]);
        var rows = Golden.Tensor(key, [count, 16]).add(centers[labels], alpha: 0.8);
        return new LabeledFeatures(nn.functional.normalize(rows, dim: 1), labels, 10);
    }

    private static LabeledFeatures Features(string key, int count, int classes) =>
        new(Golden.Tensor(key, [count, 5], 3), arange(count, int64).remainder(classes), classes);

    private static double[] Literal(LabeledFeatures bank, Tensor query, int k, double temperature)
    {
        var rows = Enumerable.Range(0, (int)bank.Count).Select(n =>
        {
            double dot = 0, a = 0, b = 0;
            for (var d = 0; d < 5; d++)
            {
                double x = bank.Values[n, d].item<float>(), y = query[d].item<float>();
                (dot, a, b) = (dot + (x * y), a + (x * x), b + (y * y));
            }

            return (Similarity: dot / Math.Sqrt(a * b), Label: bank.Labels[n].item<long>());
        });
        var scores = new double[bank.Classes];
        foreach (var (similarity, label) in rows.OrderByDescending(row => row.Similarity).Take(k))
        {
            scores[label] += Math.Exp(similarity / temperature);
        }

        return scores;
    }
}
