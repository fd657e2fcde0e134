using SslFramework.Plugins.IGPT;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.IGPT;

/// <summary>Beside the authors' formulas, in float64.</summary>
[TestClass]
public class IgptGoldenTests
{
    private const int Dimension = 24;

    [TestMethod]
    [DataRow("igpt")]
    [DataRow("igpt_bert")]
    public void Network_OfGivenWeights_IsTheAuthors(string name)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("masked.json", name);
        var isMasked = name == "igpt_bert";
        var objective = New(isMasked);
        SetWeights(objective, name);
        var pixels = golden.Input("tokens");
        Golden.AssertValues(golden["tokens"], pixels, 0, "pixels");
        var hidden = isMasked ? golden.Input("mask").lt(-0.2) : null;
        if (hidden is not null)
        {
            Golden.AssertValues(golden["mask"], hidden.to(int64), 0, "mask");
        }

        var features = objective.Backbone.Encode(pixels, hidden);
        Golden.AssertStats(golden["features"], features, 1e-9, "features");
        Golden.AssertStats(golden["logits"], nn.functional.linear(features, objective.get_parameter("head.weight")!), 1e-9, "logits");
        var loss = objective.Predict(pixels, hidden).Loss;
        golden.AssertLoss(loss);

        loss.backward();
        foreach (var expected in golden["gradients"].EnumerateObject())
        {
            Golden.AssertStats(expected.Value, Gradient(objective, expected.Name), 1e-7, $"gradient of {expected.Name}");
        }
    }

    [TestMethod]
    public void Blocks_OfTheExample_HaveTheAuthorsNormAndActivation()
    {
        using var scope = NewDisposeScope();
        var norm = new RmsNorm(2).call(tensor(new[] { 3f, 4 }));
        Assert.AreEqual(0.848528, norm[0].ToDouble(), 1e-6);
        Assert.AreEqual(1.131370, norm[1].ToDouble(), 1e-6);
        Assert.AreEqual(0.845796, PixelBlock.Activate(ones(1)).ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Parameters_OfTheSmallestNetwork_AreAsManyAsTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var objective = new IgptObjective(
            new IgptOptions(), new TestBackbones(() => new PixelTransformer(new PixelTransformerOptions(), new DataInfo(1, 3))), Unit(3));
        Assert.AreEqual(76_571_648, objective.parameters().Sum(parameter => parameter.numel()));
    }

    private static IgptObjective New(bool isMasked)
    {
        var options = new PixelTransformerOptions
        {
            ImageSide = 4,
            Colors = 20,
            Dimension = Dimension,
            Depth = 2,
            Heads = 3,
            Causal = !isMasked,
        };
        var kind = isMasked ? PixelObjective.Masked : PixelObjective.Autoregressive;
        var objective = new IgptObjective(
            new IgptOptions { Objective = kind }, new TestBackbones(() => new PixelTransformer(options, new DataInfo(1, 1))), Unit(1));
        objective.to(float64);
        return objective;
    }

    private static DataInfo Unit(int channels) => new(1, channels) { Range = ValueRange.Unit };

    private static void SetWeights(IgptObjective objective, string name)
    {
        using var gradient = no_grad();
        var square = Math.Sqrt(12.0 / Dimension);
        Set("backbone.wpe", Drawn("wpe", [16, Dimension], 0.2));
        Set("backbone.wte", Drawn("wte", [20, Dimension], 1));
        Set("head.weight", Drawn("wtet", [20, Dimension], 1));
        if (name == "igpt")
        {
            Set("backbone.sos", Drawn("sos", [Dimension], 1));
        }

        for (var b = 0; b < 2; b++)
        {
            var (from, to) = ($"h{b}.", $"backbone.h.{b}.");
            Set(to + "ln_1.g", Drawn(from + "ln_1.g", [Dimension], 0.2, 1));
            Set(to + "ln_2.g", Drawn(from + "ln_2.g", [Dimension], 0.2, 1));
            string[] parts = ["q_proj", "k_proj", "v_proj"];
            Set(to + "c_attn.weight", cat([.. parts.Select(part => Head(part).view(Dimension, Dimension))]));
            Set(to + "c_proj.weight", Head("c_proj").view(Dimension, Dimension).t());
            Set(to + "c_fc.weight", Drawn(from + "mlp.c_fc.w", [Dimension, 4 * Dimension], square).t());
            Set(to + "mlp_proj.weight", Drawn(from + "mlp.c_proj.w", [4 * Dimension, Dimension], square / 2).t());

            Tensor Head(string part) => Drawn($"{from}attn.{part}", [3, 8, Dimension], square);
        }

        Set("backbone.ln_f.g", Drawn("ln_f.g", [Dimension], 0.2, 1));

        Tensor Drawn(string key, long[] shape, double scale, double shift = 0) =>
            Golden.Tensor($"{name}.{key}", shape, scale, shift).to(float64);

        void Set(string key, Tensor value) => objective.get_parameter(key)!.copy_(value);
    }

    /// <summary>The gradient of a weight by the authors' name, in the authors' shape.</summary>
    private static Tensor Gradient(IgptObjective objective, string name)
    {
        var key = name.Replace("h0.", "h.0.", StringComparison.Ordinal).Replace("h1.", "h.1.", StringComparison.Ordinal);
        return key switch
        {
            "wtet" => Of("head.weight"),
            _ when key.EndsWith("attn.q_proj", StringComparison.Ordinal) =>
                Of($"backbone.{key[..4]}c_attn.weight").narrow(0, 0, Dimension).view(3, 8, Dimension),
            _ when key.EndsWith("attn.c_proj", StringComparison.Ordinal) =>
                Of($"backbone.{key[..4]}c_proj.weight").t().reshape(3, 8, Dimension),
            _ when key.EndsWith("mlp.c_fc.w", StringComparison.Ordinal) => Of($"backbone.{key[..4]}c_fc.weight").t(),
            _ => Of($"backbone.{key}"),
        };

        Tensor Of(string parameter) => objective.get_parameter(parameter)!.grad!;
    }
}
