using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

/// <summary>The loss and the bank beside the code of CMC, of instance discrimination and of VISSL: three steps each.</summary>
[TestClass]
public class NoiseContrastTests
{
    private const double Vissl = 1.1920928955078125e-7; // float32's epsilon

    [TestMethod]
    [DataRow("cmc")]
    [DataRow("cmc_softmax")]
    public void ThreeSteps_TwoBanks_AreThoseOfContrastiveMultiviewCoding(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", name);
        var (temperature, momentum) = (golden.Config("T"), golden.Config("momentum"));
        var softmax = golden["config"].GetProperty("use_softmax").GetBoolean();
        var (bankL, bankAb) = (golden.Input("memory_l"), golden.Input("memory_ab"));
        var (zL, zAb) = (zeros(1, float64), zeros(1, float64));
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var (images, rows) = Rows(golden, $"offset{s}", $"idx{s}");
            var (l, ab) = (Leaf(golden, $"l{s}"), Leaf(golden, $"ab{s}"));
            var (unitL, unitAb) = (l.UnitRows(), ab.UnitRows());

            var loss = Loss(unitL, MemoryBank.Scores(bankAb, unitL, rows), zL) + Loss(unitAb, MemoryBank.Scores(bankL, unitAb, rows), zAb);
            loss.backward();
            MemoryBank.Refresh(bankL, images, unitL, momentum);
            MemoryBank.Refresh(bankAb, images, unitAb, momentum);

            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-9, $"{name}, step {s}: loss");
            Golden.AssertStats(step.GetProperty("memory_l"), bankL, 1e-7, $"{name}, step {s}: bank of l");
            Golden.AssertStats(step.GetProperty("memory_ab"), bankAb, 1e-7, $"{name}, step {s}: bank of ab");
            if (!softmax)
            {
                Golden.AssertClose(step.GetProperty("Z_l").GetDouble(), zL.ToDouble(), 1e-9, $"{name}, step {s}: Z of l");
                Golden.AssertClose(step.GetProperty("Z_ab").GetDouble(), zAb.ToDouble(), 1e-9, $"{name}, step {s}: Z of ab");
            }
        }

        Tensor Loss(Tensor queries, Tensor scores, Tensor z) => softmax
            ? InfoNce.OwnFirst(queries, scores, temperature).Loss
            : NoiseContrast.Loss(scores, z, temperature, bankL.shape[0], SingleReplica.Instance, golden.Config("eps"));
    }

    [TestMethod]
    public void ThreeSteps_OneBank_AreThoseOfInstanceDiscrimination()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", "npid");
        var (bank, z) = (golden.Input("memory"), zeros(1, float64));
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var (images, rows) = Rows(golden, $"offset{s}", $"idx{s}");
            var x = golden.Input($"x{s}").UnitRows().requires_grad_(true);

            var loss = NoiseContrast.Loss(
                MemoryBank.Scores(bank, x, rows), z, golden.Config("T"), bank.shape[0], SingleReplica.Instance, golden.Config("eps"));
            loss.backward();
            MemoryBank.Refresh(bank, images, x, golden.Config("momentum"));

            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-9, $"step {s}: loss");
            Golden.AssertClose(step.GetProperty("Z").GetDouble(), z.ToDouble(), 1e-9, $"step {s}: Z");
            Golden.AssertStats(step.GetProperty("memory"), bank, 1e-7, $"step {s}: bank");
        }
    }

    /// <summary>Two embeddings of an image, one bank and one Z; the bank takes that of the whole image.</summary>
    [TestMethod]
    [DataRow("pirl")]
    [DataRow("pirl_cross_entropy")]
    public void ThreeSteps_TwoEmbeddingsOfOneBank_AreThoseOfVissl(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", name);
        var (bank, z) = (golden.Input("memory").UnitRows(), zeros(1, float64));
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var (images, patchRows) = Rows(golden, $"offset{s}", $"idx{s}_0");
            var (_, imageRows) = Rows(golden, $"offset{s}", $"idx{s}_1");
            var (patches, image) = (golden.Input($"patches{s}").UnitRows(), golden.Input($"image{s}").UnitRows());

            var loss = (Loss(patches, patchRows) + Loss(image, imageRows)) / 2;
            MemoryBank.Refresh(bank, images, image, golden.Config("momentum"));

            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-9, $"{name}, step {s}: loss");
            Golden.AssertStats(step.GetProperty("memory"), bank, 1e-7, $"{name}, step {s}: bank");
        }

        Tensor Loss(Tensor queries, Tensor rows)
        {
            var scores = MemoryBank.Scores(bank, queries, rows);
            return name == "pirl"
                ? NoiseContrast.Loss(scores, z, golden.Config("T"), bank.shape[0], SingleReplica.Instance, Vissl)
                : InfoNce.OwnFirst(queries, scores, golden.Config("T")).Loss;
        }
    }

    [TestMethod]
    public void Loss_Examples_AreTheClosedForms()
    {
        using var scope = NewDisposeScope();
        var examples = Golden.Open("examples.json").GetProperty("values");
        var row = tensor(new[] { 0.9, 0.1, -0.2 }, [1, 3]);
        Golden.AssertValues(examples.GetProperty("nce"), Loss(row, 0.07, 10), 1e-9, "by hand");

        var expected = examples.GetProperty("nce uninformative, n 10").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        foreach (var (i, k) in new[] { 2, 4096, 16384, 32000 }.Index())
        {
            Golden.AssertClose(expected[i], Loss(full([1, 1 + k], 0.3, float64), 0.07, 10).ToDouble(), 1e-9, $"{k} equal similarities");
        }

        static Tensor Loss(Tensor similarities, double temperature, long images) =>
            NoiseContrast.Loss(similarities, zeros(1, float64), temperature, images, SingleReplica.Instance);
    }

    [TestMethod]
    public void Constant_OfSeveralReplicas_IsThatOfAllQueries_AndStays()
    {
        using var scope = NewDisposeScope();
        var scores = Golden.Tensor("scores", [4, 6]).to(float64);
        var alone = zeros(1, float64);
        var expected = NoiseContrast.Loss(scores, alone, 0.2, 30, SingleReplica.Instance).ToDouble();

        var together = ThreadReplicas.Run(2, replicas =>
        {
            using var inner = NewDisposeScope();
            var z = zeros(1, float64);
            var loss = NoiseContrast.Loss(scores.narrow(0, 2 * replicas.Rank, 2), z, 0.2, 30, replicas).ToDouble();
            NoiseContrast.Loss(scores + 1, z, 0.2, 30, replicas);
            return (Loss: loss, Z: z.ToDouble());
        });

        Assert.AreEqual(expected, together.Average(replica => replica.Loss), 1e-12);
        Assert.AreEqual(30 * scores.div(0.2).exp().mean().ToDouble(), alone.ToDouble(), 1e-9);
        Array.ForEach(together, replica => Assert.AreEqual(alone.ToDouble(), replica.Z, 1e-9));
    }

    /// <summary>The images of a step, and the rows that they are compared with: their own first.</summary>
    private static (Tensor Images, Tensor Rows) Rows(GoldenCase golden, string offset, string drawn)
    {
        var images = golden.Input(offset) + (arange(4) * 5);
        var rows = golden.Input(drawn);
        rows.select(1, 0).copy_(images);
        return (images, rows);
    }

    private static Tensor Leaf(GoldenCase golden, string input) => golden.Input(input).requires_grad_(true);
}
