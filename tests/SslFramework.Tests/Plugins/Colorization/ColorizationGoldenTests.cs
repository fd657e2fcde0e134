using SslFramework.Core.Objectives;
using SslFramework.Plugins.Colorization;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Colorization;

/// <summary>Beside the authors' formulas, in float64.</summary>
[TestClass]
public class ColorizationGoldenTests
{
    private static readonly System.Text.Json.JsonElement Rebalancing = Golden.Open("colour.json").GetProperty("rebalancing");

    private static double[] Unit => Golden.Unit("colour.prior", 313);

    [TestMethod]
    public void Weights_OfFrequentAndRareColors_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var prior = Prior();
        Golden.AssertStats(Rebalancing.GetProperty("prior"), prior, 1e-9, "prior");
        var weights = ColorPrior.Weights(prior, 0.5);
        Golden.AssertStats(Rebalancing.GetProperty("factor"), weights, 1e-7, "weights");
        Assert.AreEqual(1, (weights * prior).sum().ToDouble(), 1e-12, "1 on average over all colors");
    }

    [TestMethod]
    public void Weights_IfSomeColorsNeverOccur_AreTheAuthorsOfTheOthersAndTheLargestOfTheRest()
    {
        using var scope = NewDisposeScope();
        var golden = Rebalancing.GetProperty("with_empty_bins");
        var there = tensor(Array.ConvertAll(Unit, u => u >= -0.45));
        var prior = where(there, Prior(), 0);
        var weights = ColorPrior.Weights(prior / prior.sum(), 0.5);
        Golden.AssertStats(golden.GetProperty("factor"), weights[there], 1e-7, "weights");
        Assert.AreEqual(golden.GetProperty("empty").GetInt64(), there.logical_not().sum().ToInt64());
        Assert.IsTrue(weights[there.logical_not()].eq(weights[there].max()).all().ToBoolean());
    }

    [TestMethod]
    public void Weights_OfTwoColors_AreTheExample()
    {
        using var scope = NewDisposeScope();
        Assert.IsLessThan(1e-6, (ColorPrior.Weights(tensor(new[] { .9, .1 }), 0.5) - tensor(new[] { .882353, 2.058824 })).abs().max().ToDouble());
        Assert.IsTrue(ColorPrior.Weights(full(4, 0.25), 0.5).allclose(ones(4)));
        Assert.IsTrue(ColorPrior.Weights(tensor(new[] { .9, .1 }), 1).allclose(ones(2, float64)));
    }

    [TestMethod]
    public void Divergence_OfAPrediction_IsTheAuthors_AndSoIsItsGradient()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("colour.json", "colorization_loss");
        var (ab, logits) = (golden.Input("ab"), golden.Input("logits").requires_grad_());
        ab[2].mul_(0.02); // gray
        var (bins, shares) = ColorBins.Soften(ab.permute(0, 2, 3, 1).reshape(-1, 2));
        var (n, colorful) = (golden.Config("images"), ColorPrior.IsColorful(ab));
        var divergence = ColorizationObjective.Divergence(logits.log_softmax(1).permute(0, 2, 3, 1).reshape(-1, 313), bins, shares);
        Golden.AssertClose(golden.Number("loss"), (divergence.sum() / n).ToDouble(), 1e-9, "loss");
        Golden.AssertValues(golden["argmax_bins"], bins.select(1, 0), 0, "nearest");
        Golden.AssertValues(golden["colourful"], colorful, 0, "colorful");

        var weights = ColorPrior.Weights(Prior(), 0.5)[bins.select(1, 0)].view(3, 1, 4, 4);
        Golden.AssertStats(golden["weight"], weights, 1e-7, "weights");
        (divergence.view(3, -1) * weights.flatten(1) * colorful.view(3, 1)).sum().div(n).backward();
        Golden.AssertStats(golden["gradient"], logits.grad!, 1e-7, "gradient");
    }

    private static Tensor Prior()
    {
        var prior = tensor(Array.ConvertAll(Unit, u => Math.Exp(8 * u)));
        return prior / prior.sum();
    }
}
