namespace SslFramework.Core.Backbones.Residual;

/// <summary>The size of a residual network that experiments can name.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Bottleneck">Whether blocks are bottlenecks (three convolutions, four times as wide at the end) or basic ones.</param>
/// <param name="BlocksPerStage">Number of blocks in each stage.</param>
internal sealed record ResNetSize(string Name, bool Bottleneck, IReadOnlyList<int> BlocksPerStage)
{
    public static readonly ResNetSize ResNet18 = new("resnet18", false, [2, 2, 2, 2]);
    public static readonly ResNetSize ResNet34 = new("resnet34", false, [3, 4, 6, 3]);
    public static readonly ResNetSize ResNet50 = new("resnet50", true, [3, 4, 6, 3]);

    public static readonly ResNetSize[] All = [ResNet18, ResNet34, ResNet50];
}
