using SslFramework.Core.Distributed;
using SslFramework.Plugins.CPC;
using TorchSharp;

namespace SslFramework.Tests.Plugins.CPC;

[TestClass]
public class PredictionTests
{
    /// <summary>Beside the lines of lightning-bolts that compute the loss, in float64.</summary>
    [TestMethod]
    [DataRow("cpc_k1")]
    [DataRow("cpc_k3")]
    public void Loss_OfTheReference_IsMet(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("predictive.json", name);
        var (targets, predictions) = (golden.Input("targets").requires_grad_(true), golden.Input("preds").requires_grad_(true));

        var (loss, _) = Prediction.Loss(Prediction.Rows(targets), predictions, (int)golden.Config("k"), golden.Config("embed_scale"), rank: 0);
        loss.backward();

        golden.AssertLoss(loss);
        golden.AssertGradients(("targets", targets), ("preds", predictions));
    }

    /// <summary>Beside a version that was written from the code that the paper prints; its convolutions have no biases.</summary>
    [TestMethod]
    public void Context_OfTheReference_IsMet()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("predictive.json", "cpc_context");
        var context = new MaskedContext(6, 5, 2);
        golden.SetWeights(context, key => key.EndsWith("bias", StringComparison.Ordinal) ? null : key
            .Replace("blocks.", "", StringComparison.Ordinal).Replace(".weight", "", StringComparison.Ordinal)
            .Replace("narrow", "c1", StringComparison.Ordinal).Replace("sides", "c2", StringComparison.Ordinal)
            .Replace("above", "c3", StringComparison.Ordinal).Replace("widen", "c4", StringComparison.Ordinal));
        WithoutBiases(context);
        var z = golden.Input("z").requires_grad_(true);

        var output = context.call(z);
        (output * golden.Input("probe")).sum().backward();

        Golden.AssertStats(golden["output"], output, 1e-7, "context");
        Golden.AssertStats(golden["gradient"], z.grad!, 1e-7, "gradient");
    }

    [TestMethod]
    public void Labels_ExampleByHand_AreItsNumbers()
    {
        using var scope = NewDisposeScope();
        var labels = Prediction.Labels(zeros(2, 3, 7, 7), 3);
        var expected = Golden.Open("examples.json").GetProperty("values").GetProperty("cpc labels: rows, first, row 28");
        Golden.AssertValues(expected, tensor(new[] { labels.shape[0], labels[0].ToInt64(), labels[28].ToInt64() }), 0, "labels");
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (n, rows, columns, k) = (2, 4, 3, 2);
        var targets = Golden.Tensor("targets", [n, 5, rows, columns], 4).to(float64);
        var predictions = Golden.Tensor("predictions", [n, 5, rows, columns], 4).to(float64);

        var (expected, anchors) = (0.0, 0);
        for (var image = 0; image < n; image++)
        {
            for (var row = 0; row + k < rows; row++)
            {
                for (var column = 0; column < columns; column++, anchors++)
                {
                    var prediction = predictions[image, .., row, column] * 0.1;
                    double Weight(int i, int r, int c) => Math.Exp((prediction * targets[i, .., r, c]).sum().ToDouble());
                    var all = from i in Enumerable.Range(0, n) from r in Enumerable.Range(0, rows) from c in Enumerable.Range(0, columns) select Weight(i, r, c);
                    expected -= Math.Log(Weight(image, row + k, column) / all.Sum());
                }
            }
        }

        var (loss, _) = Prediction.Loss(Prediction.Rows(targets), predictions, k, 0.1, rank: 0);
        Assert.AreEqual(expected / anchors, loss.ToDouble(), 1e-12);
    }

    /// <summary>The paper's masks: what is predicted is never among what it is predicted from.</summary>
    [TestMethod]
    public void Context_OfAPlace_SeesFiveRowsUpAndFiveColumnsToEachSideAlone()
    {
        using var scope = NewDisposeScope();
        var context = new MaskedContext(4, 6, 5);
        var z = Golden.Tensor("z", [1, 4, 13, 13]).requires_grad_(true);

        context.call(z)[.., .., 8, 6].sum().backward();

        var seen = z.grad!.abs().sum([0, 1]).ne(0); // [13, 13]
        for (var row = 0; row < 13; row++)
        {
            for (var column = 0; column < 13; column++)
            {
                // A block looks a row up and a column to each side.
                var reached = row is >= 3 and <= 8 && column is >= 1 and <= 11;
                Assert.IsTrue(reached || !seen[row, column].ToBoolean(), $"{row}, {column} is out of reach");
            }
        }

        Assert.IsTrue(seen[8, 6].ToBoolean() && seen[3].any().ToBoolean() && seen[.., 1].any().ToBoolean(), "it reaches that far");
    }

    [TestMethod]
    public void Loss_OfSeveralOffsets_IsTheirSum()
    {
        using var scope = NewDisposeScope();
        var z = Golden.Tensor("z", [2, 4, 5, 5]);
        var both = new Prediction(new() { FirstOffset = 1, LastOffset = 2, ContextBlocks = 1, ContextWidth = 4, Dimension = 6 }, 4);
        var total = both.Compute(z, SingleReplica.Instance).Loss.ToDouble();
        var sum = 0.0;
        foreach (var k in new[] { 1, 2 })
        {
            var one = new Prediction(new() { FirstOffset = k, LastOffset = k, ContextBlocks = 1, ContextWidth = 4, Dimension = 6 }, 4);
            var state = both.state_dict();
            using (no_grad())
            {
                foreach (var (key, value) in one.state_dict())
                {
                    value.copy_(state[key.Replace("predictors.0", $"predictors.{k - 1}", StringComparison.Ordinal)]);
                }
            }

            sum += one.Compute(z, SingleReplica.Instance).Loss.ToDouble();
        }

        Assert.AreEqual(sum, total, 1e-5);
    }

    private static void WithoutBiases(nn.Module module)
    {
        using var gradient = no_grad();
        foreach (var (_, bias) in module.named_parameters().Where(parameter => parameter.name.EndsWith("bias", StringComparison.Ordinal)))
        {
            bias.zero_();
        }
    }
}
