using SslFramework.Plugins.BiGAN;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BiGAN;

/// <summary>Beside the authors' formulas, in float64.</summary>
[TestClass]
public class AdversarialLossTests
{
    [TestMethod]
    public void Losses_OfBigan_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "bigan");
        Check(AdversarialLoss.Discriminator, "discriminator");
        Check(AdversarialLoss.Generator, "generator_encoder");

        void Check(Func<Tensor, Tensor, Tensor> loss, string name)
        {
            var (real, fake) = (golden.Input("real").unsqueeze(1).requires_grad_(), golden.Input("fake").unsqueeze(1).requires_grad_());
            var value = loss(real, fake);
            value.backward();
            Golden.AssertClose(golden.Number(name), value.item<double>(), 1e-9, name);
            Golden.AssertValues(golden[$"gradients_{name}"].GetProperty("real"), real.grad!, 1e-7, "gradient of real");
            Golden.AssertValues(golden[$"gradients_{name}"].GetProperty("fake"), fake.grad!, 1e-7, "gradient of fake");
        }
    }

    [TestMethod]
    public void Losses_OfBigbigan_AreThoseOfTheFormula()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "bigbigan");
        var (real, fake) = (golden.Input("real").t(), golden.Input("fake").t()); // [N, 3]
        Golden.AssertClose(
            golden.Number("discriminator"), AdversarialLoss.HingeDiscriminator(real, fake).item<double>(), 1e-9, "discriminator");
        Golden.AssertClose(
            golden.Number("generator_encoder"), AdversarialLoss.HingeGenerator(real, fake).item<double>(), 1e-9, "generator and encoder");
    }

    [TestMethod]
    public void Losses_OfADiscriminatorThatSaysNothing_AreLnTwo_AndSix()
    {
        using var scope = NewDisposeScope();
        var (one, three) = (zeros(5, 1, float64), zeros(5, 3, float64));
        Assert.AreEqual(Math.Log(2), AdversarialLoss.Discriminator(one, one).item<double>(), 1e-12);
        Assert.AreEqual(Math.Log(2), AdversarialLoss.Generator(one, one).item<double>(), 1e-12);
        Assert.AreEqual(6, AdversarialLoss.HingeDiscriminator(three, three).item<double>());
        Assert.AreEqual(0, AdversarialLoss.HingeGenerator(three, three).item<double>());
    }

    /// <summary>
    /// The paper's section 4: the best discriminator is p / (p + q), and its loss ln 2 less the Jensen-Shannon divergence of the pairs.
    /// </summary>
    [TestMethod]
    public void Discriminator_ThatIsOptimal_HasNoGradient_AndLeavesTheDivergence()
    {
        using var scope = NewDisposeScope();
        double[] p = [0.4, 0.3, 0.2, 0.1]; // of each pair among the real ones, ten of them
        double[] q = [0.1, 0.1, 0.3, 0.5]; // among the made ones
        var logits = tensor([.. p.Zip(q, (a, b) => Math.Log(a / b))], float64).requires_grad_(); // those of p / (p + q)
        var loss = AdversarialLoss.Discriminator(Drawn(p), Drawn(q));
        loss.backward();

        var divergence = p.Zip(q, (a, b) => ((a * Math.Log(2 * a / (a + b))) + (b * Math.Log(2 * b / (a + b)))) / 2).Sum();
        Assert.AreEqual(Math.Log(2) - divergence, loss.item<double>(), 1e-12);
        Assert.IsLessThan(1e-12, logits.grad!.abs().max().item<double>());

        Tensor Drawn(double[] shares)
        {
            var pairs = shares.SelectMany((share, pair) => Enumerable.Repeat((long)pair, (int)Math.Round(10 * share)));
            return logits.index_select(0, tensor(pairs.ToArray())).unsqueeze(1);
        }
    }
}
