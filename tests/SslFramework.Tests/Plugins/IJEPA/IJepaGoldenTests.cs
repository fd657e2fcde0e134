using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.IJEPA;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.IJEPA;

/// <summary>Against the authors' code in float64.</summary>
[TestClass]
public class IJepaGoldenTests
{
    private const double Tolerance = 1e-7;

    [TestMethod]
    public void Steps_TargetsPredictionsGradientsAndTeacher_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("ijepa.json", "ijepa");
        using var objective = New(golden);
        SetWeights(golden, objective);
        var blocks = new MultiBlocks(Places(golden["context"][0]), [.. golden["targets"].EnumerateArray().Select(Places)]);
        var trained = objective.named_parameters().Where(p => p.parameter.requires_grad).ToArray();
        var optimizer = new LiteralAdamW();
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var images = golden.Input($"images{s}");
            var (targets, predictions) = (objective.Targets(images, blocks), objective.Predict(images, blocks));
            var loss = IJepaObjective.Loss(predictions, targets);
            objective.zero_grad();
            loss.backward();
            Golden.AssertStats(step.GetProperty("targets"), targets, Tolerance, $"step {s}: targets");
            Golden.AssertStats(step.GetProperty("predictions"), predictions, Tolerance, $"step {s}: predictions");
            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9, $"step {s}: loss");
            foreach (var gradient in s > 0 ? [] : step.GetProperty("gradients").EnumerateObject().ToArray())
            {
                var ours = trained.Single(p => p.name == gradient.Name).parameter.grad!;
                Golden.AssertStats(gradient.Value, ours, Tolerance, $"step {s}: gradient of {gradient.Name}");
            }

            optimizer.Step(trained, Setting("learning_rate"), Setting("weight_decay"));
            using (no_grad())
            {
                // The share that the teacher keeps grows in a line from 0.9 to 1.
                objective.AfterUpdate(TestSteps.At((long)Math.Round((Setting("momentum") - 0.9) * 1000)));
            }

            var state = objective.state_dict();
            Golden.AssertStats(step.GetProperty("encoder_qkv"), state["encoder.blocks.1.attn.qkv.weight"], Tolerance, $"step {s}: encoder");
            Golden.AssertStats(step.GetProperty("target_qkv"), state["backbone.blocks.1.attn.qkv.weight"], Tolerance, $"step {s}: teacher");
            Golden.AssertStats(step.GetProperty("mask_token"), state["predictor.mask_token"], Tolerance, $"step {s}: mask token");

            double Setting(string name) => golden["config"].GetProperty(name)[s].GetDouble();
        }
    }

    [TestMethod]
    public void Keys_OfEncoderAndPredictor_AreTheAuthors()
    {
        var golden = new GoldenCase("ijepa.json", "ijepa");
        using var objective = New(golden);
        foreach (var part in new[] { "encoder", "predictor" })
        {
            var expected = golden["keys"].GetProperty(part).EnumerateArray().Select(key => $"{part}.{key.GetString()}");
            var actual = objective.state_dict().Keys.Where(key => key.StartsWith($"{part}.", StringComparison.Ordinal));
            CollectionAssert.AreEquivalent(expected.ToArray(), actual.ToArray());
        }
    }

    [TestMethod]
    public void Blocks_OfEveryNumber_HaveTheAuthorsSizes()
    {
        foreach (var size in Golden.Open("ijepa.json").GetProperty("ijepa_mask").GetProperty("sizes").EnumerateObject())
        {
            var words = size.Name.Split(' '); // "grid 14 u 0.25"
            var (grid, u) = (int.Parse(words[1]), double.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture));
            var options = new IJepaOptions { TargetScale = [0.15, grid == 7 ? 0.25 : 0.2] }; // as their numbers for small grids were made
            var mask = new MultiBlockMask(grid, grid, options);
            Assert.AreEqual(Size("target"), mask.TargetSize(u), size.Name);
            Assert.AreEqual(Size("context"), mask.ContextSize(u), size.Name);

            (int, int) Size(string block) => (size.Value.GetProperty(block)[0].GetInt32(), size.Value.GetProperty(block)[1].GetInt32());
        }
    }

    [TestMethod]
    public void Blocks_OfAStreamOfNumbers_AreTheAuthors()
    {
        var golden = Golden.Open("ijepa.json").GetProperty("ijepa_mask");
        var used = golden.GetProperty("numbers_used").GetInt32();
        var numbers = new Queue<double>(Golden.Unit("ijepa_mask.numbers", used).Select(u => u + 0.5));
        var mask = new MultiBlockMask(14, 14, new IJepaOptions());
        var (target, context) = (mask.TargetSize(numbers.Dequeue()), mask.ContextSize(numbers.Dequeue()));

        var images = Enumerable.Range(0, 3).Select(_ => mask.Draw(target, context, numbers.Dequeue)).ToList();

        Assert.IsEmpty(numbers);
        var shortest = images.Min(image => image.Context.Length);
        foreach (var (image, n) in images.Select((image, n) => (image, n)))
        {
            CollectionAssert.AreEqual(List(golden.GetProperty("context")[0][n]), image.Context[..shortest]);
            foreach (var (block, b) in image.Targets.Select((block, b) => (block, b)))
            {
                CollectionAssert.AreEqual(List(golden.GetProperty("targets")[b][n]), block);
            }
        }
    }

    private static long[] List(JsonElement places) => [.. places.EnumerateArray().Select(place => place.GetInt64())];

    private static Tensor Places(JsonElement images) => stack([.. images.EnumerateArray().Select(image => tensor(List(image)))]);

    private static IJepaObjective New(GoldenCase golden)
    {
        var encoder = new VisionTransformerOptions
        {
            ImageSize = (int)golden.Config("img_size"),
            PatchSize = (int)golden.Config("patch_size"),
            Dimension = (int)golden.Config("embed_dim"),
            Depth = (int)golden.Config("depth"),
            Heads = (int)golden.Config("num_heads"),
            Positions = PositionKind.SinCosMae,
            ClassToken = false,
            Pooling = TokenPooling.Mean,
        };
        var options = new IJepaOptions
        {
            PredictorDimension = (int)golden.Config("predictor_embed_dim"),
            PredictorDepth = (int)golden.Config("predictor_depth"),
            PredictorHeads = (int)golden.Config("predictor_heads"),
            Momentum = 0.9,
        };
        return new IJepaObjective(options, new TestBackbones(() => new VisionTransformer(encoder, new DataInfo(1, 3))));
    }

    /// <summary>Sets all weights, and fixed positions in double as the authors' tables were: our float32 ones are 1e-7 away.</summary>
    private static void SetWeights(GoldenCase golden, IJepaObjective objective)
    {
        golden.SetWeights(objective, key => key.EndsWith("pos_embed", StringComparison.Ordinal)
            ? null
            : key.Replace("backbone.", "encoder.", StringComparison.Ordinal));
        using var gradient = no_grad();
        foreach (var (key, table) in objective.state_dict().Where(pair => pair.Key.EndsWith("pos_embed", StringComparison.Ordinal)))
        {
            table.copy_(Positions((int)table.shape[2], 4));
        }
    }

    private static Tensor Positions(int dimension, int side)
    {
        var table = new double[side * side, dimension];
        var quarter = dimension / 4;
        for (var place = 0; place < side * side; place++)
        {
            for (var i = 0; i < quarter; i++)
            {
                var wave = Math.Pow(10000, -(double)i / quarter);
                (table[place, i], table[place, quarter + i]) = Math.SinCos(place % side * wave);
                (table[place, (2 * quarter) + i], table[place, (3 * quarter) + i]) = Math.SinCos(place / side * wave);
            }
        }

        return tensor(table).unsqueeze(0);
    }
}
