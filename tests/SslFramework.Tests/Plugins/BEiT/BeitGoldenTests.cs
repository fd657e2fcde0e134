using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.BEiT;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins.BEiT;

/// <summary>Against the authors' code in float64.</summary>
[TestClass]
public class BeitGoldenTests
{
    [TestMethod]
    public void Beit_LogitsLossAndGradients_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("masked.json", "beit");
        var encoder = new VisionTransformerOptions
        {
            ImageSize = (int)golden.Config("img_size"),
            PatchSize = (int)golden.Config("patch_size"),
            Dimension = (int)golden.Config("embed_dim"),
            Depth = (int)golden.Config("depth"),
            Heads = (int)golden.Config("num_heads"),
            LayerScale = golden.Config("init_values"),
            QkvBias = QkvBias.QueryValue,
            RelativePositions = RelativePositionKind.Shared,
            Positions = PositionKind.None,
        };
        using var objective = Tokenizers.Beit(encoder, new BeitOptions(), (int)golden.Config("vocab_size"), channels: 3);
        golden.SetWeights(objective, key => key.StartsWith("tokenizer.", StringComparison.Ordinal) ? null : AuthorsKey(key));
        var (images, hidden) = (golden.Input("images"), golden.Input("mask").gt(0.1));
        var wanted = golden.Input("codes").masked_select(hidden);

        var logits = objective.Predict(images, hidden).Logits;
        var loss = nn.functional.cross_entropy(logits, wanted);
        loss.backward();

        Golden.AssertValues(golden["mask"], hidden, 0, "mask");
        Golden.AssertStats(golden["masked_logits"], logits, 1e-7, "logits of masked patches");
        golden.AssertLoss(loss);
        Golden.AssertClose(golden.Number("accuracy"), logits.argmax(1).eq(wanted).to(float64).mean().item<double>(), 1e-9, "accuracy");
        var ours = objective.named_parameters().ToDictionary(p => AuthorsKey(p.name), p => p.parameter);
        foreach (var gradient in golden["gradients"].EnumerateObject())
        {
            Golden.AssertStats(gradient.Value, ours[gradient.Name].grad!, 1e-7, gradient.Name);
        }

        var expected = golden["keys"].EnumerateArray().Select(key => key.GetString()!).Where(key => !key.EndsWith("_index", StringComparison.Ordinal));
        var actual = objective.state_dict().Keys.Where(key => !key.StartsWith("tokenizer.", StringComparison.Ordinal)).Select(AuthorsKey);
        CollectionAssert.AreEquivalent(expected.ToArray(), actual.ToArray());
    }

    [TestMethod]
    public void Dvae_TokensPictureLossAndGradients_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("masked.json", "dvae");
        using var objective = new DvaeObjective(
            new() { Dimension = (int)golden.Config("codebook_dim"), Temperature = golden.Config("temperature") },
            new TestBackbones(() => new DvaeEncoder(
                new()
                {
                    Layers = (int)golden.Config("num_layers"),
                    Width = (int)golden.Config("hidden_dim"),
                    Vocabulary = (int)golden.Config("num_tokens"),
                },
                new DataInfo(1, 3))));
        golden.SetWeights(objective, AuthorsKey);
        var (images, uniform) = (golden.Input("images"), golden.Input("noise"));
        var scores = objective.Backbone.Scores(images);
        var noise = -(-uniform.log()).log();

        var (error, divergence) = objective.Losses(images, scores, uniform);
        var places = scores.shape[0] * scores.shape[2] * scores.shape[3]; // theirs is a sum over all of them
        var loss = error + (golden.Config("kl_div_loss_weight") * places * divergence);
        loss.backward();

        Golden.AssertValues(golden["ids"], scores.argmax(1), 0, "tokens");
        var painted = objective.Paint(((scores + noise) / golden.Config("temperature")).softmax(1));
        Golden.AssertStats(golden["reconstruction"], painted, 1e-7, "picture");
        Golden.AssertClose(golden.Number("mse"), error.item<double>(), 1e-9, "squared error");
        Golden.AssertClose(golden.Number("loss"), loss.item<double>(), 1e-6, "loss"); // their logarithm of the vocabulary is a float32
        var ours = objective.named_parameters().ToDictionary(p => AuthorsKey(p.name), p => p.parameter);
        foreach (var gradient in golden["gradients"].EnumerateObject())
        {
            Golden.AssertStats(gradient.Value, ours[gradient.Name].grad!, 1e-7, gradient.Name);
        }

        var expected = golden["keys"].EnumerateArray().Select(key => key.GetString()).ToArray();
        CollectionAssert.AreEquivalent(expected, objective.state_dict().Keys.Select(AuthorsKey).ToArray());

        static string AuthorsKey(string key) => key.Replace("backbone.", "encoder.", StringComparison.Ordinal);
    }

    private static string AuthorsKey(string key) => key.Replace("backbone.", "", StringComparison.Ordinal)
        .Replace("ls1.gamma", "gamma_1", StringComparison.Ordinal)
        .Replace("ls2.gamma", "gamma_2", StringComparison.Ordinal);
}
