using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
public class LabTests
{
    private static readonly Dictionary<string, double[]> Named = new()
    {
        ["red"] = [1, 0, 0],
        ["green"] = [0, 1, 0],
        ["blue"] = [0, 0, 1],
        ["yellow"] = [1, 1, 0],
        ["cyan"] = [0, 1, 1],
        ["magenta"] = [1, 0, 1],
        ["white"] = [1, 1, 1],
        ["black"] = [0, 0, 0],
        ["grey 128"] = [128 / 255.0, 128 / 255.0, 128 / 255.0],
        ["grey 10 (below the knee)"] = [10 / 255.0, 10 / 255.0, 10 / 255.0],
        ["200 100 50"] = [200 / 255.0, 100 / 255.0, 50 / 255.0],
    };

    [TestMethod]
    public void FromRgb_ColorsOfTheReference_AreScikitImages()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("colour.json", "lab");
        var expected = golden["lab"].EnumerateArray().ToArray();
        var rgb = Golden.Tensor("lab.rgb", [24, 3], 1, 0.5).to(float64);

        var lab = Lab.FromRgb(rgb.view(24, 3, 1, 1)).view(24, 3);
        var single = Lab.FromRgb(rgb.to(float32).view(24, 3, 1, 1)).view(24, 3);

        for (var i = 0; i < expected.Length; i++)
        {
            Golden.AssertValues(expected[i], lab[i], 1e-9, $"color {i}");
            Golden.AssertValues(expected[i], single[i], 1e-4, $"color {i} in float32");
        }
    }

    [TestMethod]
    public void FromRgb_NamedColors_AreScikitImages()
    {
        using var scope = NewDisposeScope();
        foreach (var golden in new GoldenCase("colour.json", "lab")["named"].EnumerateObject())
        {
            Golden.AssertValues(golden.Value, Lab.FromRgb(tensor(Named[golden.Name]).view(1, 3, 1, 1)), 1e-9, golden.Name);
        }
    }

    [TestMethod]
    public void FromRgb_APicture_IsConvertedPixelByPixel()
    {
        using var scope = NewDisposeScope();
        var images = Golden.Tensor("images", [2, 3, 4, 5], 1, 0.5).to(float64);
        var lab = Lab.FromRgb(images);
        var pixel = Lab.FromRgb(images[1, .., 3, 2].view(1, 3, 1, 1)).view(3);
        Assert.IsTrue(lab[1, .., 3, 2].allclose(pixel, rtol: 0, atol: 1e-12));
    }
}
