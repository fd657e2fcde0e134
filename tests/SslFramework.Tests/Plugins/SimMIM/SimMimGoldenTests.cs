using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.SimMIM;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins.SimMIM;

/// <summary>Against the authors' code in float64.</summary>
[TestClass]
public class SimMimGoldenTests
{
    [TestMethod]
    [DataRow("simmim", RelativePositionKind.Shared, PositionKind.None)]
    [DataRow("simmim_absolute", RelativePositionKind.PerBlock, PositionKind.Learned)]
    public void Step_FeaturesPredictionLossAndGradients_AreTheAuthors(string name, RelativePositionKind relative, PositionKind positions)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("masked.json", name);
        using var objective = New(golden, relative, positions);
        golden.SetWeights(objective, key => key == "backbone.pos_embed" ? null : AuthorsKey(key));
        if (positions == PositionKind.Learned)
        {
            using var gradient = no_grad();
            var table = objective.Backbone.Module.get_parameter("pos_embed")!;
            table.copy_(Golden.Tensor($"{name}.encoder.pos_embed", table.shape, 0.2));
        }

        var (images, hidden) = (golden.Input("images"), golden.Input("mask").gt(-0.1));
        var (maps, prediction) = objective.Reconstruct(images, hidden);
        var loss = objective.Loss(prediction, images, hidden);
        loss.backward();

        Golden.AssertValues(golden["mask"], hidden, 0, "mask");
        Golden.AssertStats(golden["features"], maps, 1e-7, "features");
        Golden.AssertStats(golden["reconstruction"], prediction, 1e-7, "reconstruction");
        Golden.AssertClose(golden.Number("loss"), loss.item<double>(), 1e-8, "loss"); // theirs adds 1e-5 to the number of pixels
        var ours = objective.named_parameters().ToDictionary(p => AuthorsKey(p.name), p => p.parameter);
        foreach (var gradient in golden["gradients"].EnumerateObject())
        {
            Golden.AssertStats(gradient.Value, ours[gradient.Name].grad!, 1e-7, gradient.Name);
        }

        var expected = golden["keys"].EnumerateArray().Select(key => key.GetString()!).Where(key => !key.EndsWith("_index", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(expected.ToArray(), objective.state_dict().Keys.Select(AuthorsKey).ToArray());
    }

    [TestMethod]
    public void Cells_OfTheAuthorsOrder_AreHiddenAlike()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("masked.json").GetProperty("simmim_mask");
        var hidden = golden.GetProperty("masked_cells").GetInt32();
        Assert.AreEqual((int)Math.Ceiling(36 * new SimMimOptions().MaskRatio), hidden);

        // They hide the first ones of an order, and here those with the largest numbers are hidden.
        var numbers = -tensor(Golden.Unit("simmim_mask.order", 36)).unsqueeze(0);
        var cells = PatchMask.Draw(numbers, 36 - hidden).Removed.view(6, 6);
        var patches = cells.repeat_interleave(2, dim: 0).repeat_interleave(2, dim: 1); // of 16 pixels, in cells of 32

        var expected = golden.GetProperty("rows").EnumerateArray().SelectMany(row => row.GetString()!.Select(c => c == '1')).ToArray();
        CollectionAssert.AreEqual(expected, patches.flatten().data<bool>().ToArray());
    }

    private static SimMimObjective New(GoldenCase golden, RelativePositionKind relative, PositionKind positions)
    {
        var encoder = new VisionTransformerOptions
        {
            ImageSize = (int)golden.Config("img_size"),
            PatchSize = (int)golden.Config("patch_size"),
            Dimension = (int)golden.Config("embed_dim"),
            Depth = (int)golden.Config("depth"),
            Heads = (int)golden.Config("num_heads"),
            LayerScale = golden.Config("init_values"),
            QkvBias = QkvBias.QueryValue,
            RelativePositions = relative,
            Positions = positions,
        };
        var options = new SimMimOptions { MaskCell = encoder.PatchSize };
        return new SimMimObjective(options, new TestBackbones(() => new VisionTransformer(encoder, new DataInfo(1, 3))));
    }

    private static string AuthorsKey(string key) => key.Replace("backbone.", "encoder.", StringComparison.Ordinal)
        .Replace("ls1.gamma", "gamma_1", StringComparison.Ordinal)
        .Replace("ls2.gamma", "gamma_2", StringComparison.Ordinal)
        .Replace("mask_token", "encoder.mask_token", StringComparison.Ordinal);
}
