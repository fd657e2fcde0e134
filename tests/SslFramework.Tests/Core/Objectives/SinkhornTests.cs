using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class SinkhornTests
{
    [TestMethod]
    public void Assign_ScoresOfTheReference_GivesItsAssignments()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("swav.json", "sinkhorn");
        var (scores, epsilon, iterations) = (golden.Input("scores"), golden.Config("epsilon"), (int)golden.Config("iterations"));

        var assigned = Assign(scores, epsilon, iterations);

        Golden.AssertStats(golden["assignment"], assigned, 1e-7, "assignment");
        Golden.AssertValues(golden["row0"], assigned[0], 1e-7, "first image");
        Golden.AssertValues(golden["row0"], Assign(scores.to(float32), epsilon, iterations)[0], 1e-5, "in float32");
    }

    [TestMethod]
    public void Assign_ExamplesByHand_GivesTheirNumbers()
    {
        using var scope = NewDisposeScope();
        var examples = Golden.Open("examples.json").GetProperty("values");
        var a = nn.functional.normalize(arange(12, float64).view(4, 3) - 4);

        Golden.AssertValues(examples.GetProperty("sinkhorn a"), Assign(a, 0.5, 3), 1e-9, "rows of a");
        Golden.AssertValues(examples.GetProperty("sinkhorn unit matrix"), Assign(eye(2, dtype: float64), 1, 3)[0], 1e-9, "unit matrix");
    }

    /// <summary>One iteration, word for word: K·B times what is left when rows and then columns of Qᵀ have equal sums.</summary>
    [TestMethod]
    public void Assign_OneIteration_IsTheLiteralVersion()
    {
        using var scope = NewDisposeScope();
        var scores = Golden.Tensor("scores", [5, 3], 2).to(float64);
        var (images, prototypes) = (5, 3);
        var q = new double[images, prototypes];
        for (var n = 0; n < images; n++)
        {
            for (var k = 0; k < prototypes; k++)
            {
                var share = Enumerable.Range(0, images).Sum(m => Math.Exp(scores[m, k].ToDouble() / 0.3));
                q[n, k] = Math.Exp(scores[n, k].ToDouble() / 0.3) / share / prototypes;
            }
        }

        var assigned = Assign(scores, 0.3, 1);

        for (var n = 0; n < images; n++)
        {
            var row = Enumerable.Range(0, prototypes).Sum(k => q[n, k]);
            for (var k = 0; k < prototypes; k++)
            {
                Assert.AreEqual(q[n, k] / row, assigned[n, k].ToDouble(), 1e-12, $"[{n}, {k}]");
            }
        }
    }

    [TestMethod]
    public void Assign_ManyIterations_GivesEveryPrototypeTheSameShare()
    {
        using var scope = NewDisposeScope();
        var scores = Golden.Tensor("scores", [12, 4], 2).to(float64);

        var assigned = Assign(scores, 0.2, 200);

        Assert.IsTrue(assigned.sum(1).allclose(ones(12, float64)), "an image is given away once");
        Assert.IsTrue(assigned.sum([0]).allclose(full(4, 3, float64), rtol: 0, atol: 1e-6), "12 images over 4 prototypes");
        Assert.IsFalse(assigned.requires_grad);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Assign_OnSeveralReplicas_IsThatOfOneProcess(int count)
    {
        using var scope = NewDisposeScope();
        var scores = Golden.Tensor("scores", [8, 5], 2).to(float64);
        var alone = Assign(scores, 0.1, 3).data<double>().ToArray();

        var together = ThreadReplicas.Run(count, replicas =>
        {
            using var inner = NewDisposeScope();
            var size = 8 / count;
            return Sinkhorn.Assign(scores.narrow(0, replicas.Rank * size, size), 0.1, 3, replicas).data<double>().ToArray();
        }).SelectMany(part => part).ToArray();

        for (var i = 0; i < alone.Length; i++)
        {
            Assert.AreEqual(alone[i], together[i], 1e-12, $"[{i}]");
        }
    }

    [TestMethod]
    public void Assign_ScoresFarApart_StaysFinite()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new[] { 900f, 0, -900, 899, 0, -900 }, [2, 3]);
        Assert.IsTrue(Assign(scores, 0.05, 3).isfinite().all().ToBoolean());
        Assert.IsTrue(Assign(scores.to(bfloat16), 0.05, 3).dtype == ScalarType.Float32);
    }

    private static Tensor Assign(Tensor scores, double epsilon, int iterations) =>
        Sinkhorn.Assign(scores, epsilon, iterations, SingleReplica.Instance);
}
