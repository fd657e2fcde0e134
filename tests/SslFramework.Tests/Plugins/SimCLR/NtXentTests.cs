using SslFramework.Core.Distributed;
using SslFramework.Plugins.SimCLR;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SimCLR;

[TestClass]
internal class NtXentTests
{
    [TestMethod]
    public void Loss_Goldens_LossAndGradientsAreEqual()
    {
        foreach (var golden in Golden.Open("nt_xent.json").EnumerateObject())
        {
            using var scope = NewDisposeScope();
            var (n, dimension) = (golden.Value.GetProperty("n").GetInt64(), golden.Value.GetProperty("dim").GetInt64());
            var z1 = Golden.Tensor($"z1_{n}", [n, dimension]).requires_grad_();
            var z2 = Golden.Tensor($"z2_{n}", [n, dimension]).requires_grad_();

            var (loss, _) = NtXent.Loss(z1, z2, golden.Value.GetProperty("temperature").GetDouble(), SingleReplica.Instance);
            loss.backward();

            Golden.AssertClose(golden.Value.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5, golden.Name);
            Golden.AssertStats(golden.Value.GetProperty("grad_z1"), z1.grad!, 1e-4, $"{golden.Name} grad_z1");
            Golden.AssertStats(golden.Value.GetProperty("grad_z2"), z2.grad!, 1e-4, $"{golden.Name} grad_z2");
        }
    }

    [TestMethod]
    public void Loss_IdentityEmbeddings_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var (loss, accuracy) = NtXent.Loss(eye(2), eye(2), temperature: 1, SingleReplica.Instance);
        Assert.AreEqual(Math.Log(Math.E + 2) - 1, loss.item<float>(), 1e-6);
        Assert.AreEqual(1, accuracy.item<float>());
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var a = Made((i, j) => (3 * i) + j - 4);
        var b = Made((i, j) => Math.Sin(0.7 * ((3 * i) + j)));
        var (loss, _) = NtXent.Loss(a, b, 0.5, SingleReplica.Instance);

        Assert.AreEqual(3.453049, loss.item<double>(), 1e-6);
        Assert.AreEqual(Literal(a, b, 0.5), loss.item<double>(), 1e-12);
    }

    [TestMethod]
    public void Loss_ViewsSwapped_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Golden.Tensor("a", [5, 7]), Golden.Tensor("b", [5, 7]));
        var (one, other) = (NtXent.Loss(a, b, 0.2, SingleReplica.Instance).Loss, NtXent.Loss(b, a, 0.2, SingleReplica.Instance).Loss);
        Assert.AreEqual(one.item<float>(), other.item<float>(), 1e-6);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Loss_OnReplicas_MeanLossAndGradientAreThoseOfOne(int count)
    {
        using var scope = NewDisposeScope();
        var (alone, aloneGradient) = LossAndGradient(SingleReplica.Instance);
        var together = ThreadReplicas.Run(count, LossAndGradient);
        Assert.AreEqual(alone, together.Average(t => t.Loss), 1e-12);

        // Each replica's rows get their gradient from the anchors of all: the mean of losses divides it by the count.
        var gathered = together.SelectMany(t => t.Gradient).Select(g => g / count).ToArray();
        for (var i = 0; i < aloneGradient.Length; i++)
        {
            Assert.AreEqual(aloneGradient[i], gathered[i], 1e-12);
        }
    }

    private static (double Loss, double[] Gradient) LossAndGradient(IReplicas replicas)
    {
        using var scope = NewDisposeScope();
        const int Images = 8;
        var mine = Images / replicas.Count;
        var z = Golden.Tensor("z", [Images, 6]).to(float64).narrow(0, replicas.Rank * mine, mine).clone().requires_grad_();
        var other = Golden.Tensor("other", [Images, 6]).to(float64).narrow(0, replicas.Rank * mine, mine);
        var (loss, _) = NtXent.Loss(z, other, 0.3, replicas);
        loss.backward();
        return (loss.item<double>(), z.grad!.data<double>().ToArray());
    }

    private static Tensor Made(Func<int, int, double> value) =>
        tensor(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 3).Select(j => value(i, j))).ToArray(), [4, 3]);

    /// <summary>Equation 1 of the paper, word for word.</summary>
    private static double Literal(Tensor first, Tensor second, double temperature)
    {
        var rows = cat([first, second]);
        var z = Enumerable.Range(0, (int)rows.shape[0]).Select(i => rows[i].data<double>().ToArray()).ToArray();
        var n = z.Length / 2;
        double Similarity(int i, int j) => z[i].Zip(z[j], (x, y) => x * y).Sum()
            / Math.Sqrt(z[i].Sum(x => x * x) * z[j].Sum(x => x * x));
        double LossOf(int i, int j) => -Math.Log(
            Math.Exp(Similarity(i, j) / temperature)
            / Enumerable.Range(0, 2 * n).Where(k => k != i).Sum(k => Math.Exp(Similarity(i, k) / temperature)));
        return Enumerable.Range(0, n).Sum(k => LossOf(k, k + n) + LossOf(k + n, k)) / (2 * n);
    }

    [TestMethod]
    public void Loss_OneImage_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => NtXent.Loss(ones(1, 4), ones(1, 4), 0.1, SslFramework.Core.Distributed.SingleReplica.Instance));
        StringAssert.Contains(error.Message, "\"training.batchSize\"");
    }
}
