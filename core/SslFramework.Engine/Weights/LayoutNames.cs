namespace SslFramework.Engine.Weights;

/// <summary>The names of layouts, as <c>ssl import --as</c> takes them.</summary>
internal static class LayoutNames
{
    /// <summary>Every layout by its name.</summary>
    public static IReadOnlyDictionary<string, WeightLayout> All { get; } = new Dictionary<string, WeightLayout>
    {
        ["torchvision"] = WeightLayout.Torchvision,
        ["timm"] = WeightLayout.Timm,
        ["moco-v1"] = WeightLayout.MocoV1,
        ["moco-v3"] = WeightLayout.MocoV3,
        ["mae"] = WeightLayout.Mae,
        ["dino"] = WeightLayout.Dino,
        ["dinov2"] = WeightLayout.DinoV2,
        ["beit"] = WeightLayout.Beit,
        ["i-jepa"] = WeightLayout.IJepa,
        ["simsiam"] = WeightLayout.SimSiam,
        ["byol"] = WeightLayout.Byol,
        ["swav"] = WeightLayout.Swav,
        ["barlow-twins"] = WeightLayout.BarlowTwins,
        ["vicreg"] = WeightLayout.VicReg,
    };

    /// <summary>A layout's name.</summary>
    public static string Of(WeightLayout layout) => All.First(pair => pair.Value == layout).Key;
}
