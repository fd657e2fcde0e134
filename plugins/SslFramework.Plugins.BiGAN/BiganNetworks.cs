using TorchSharp.Modules;

namespace SslFramework.Plugins.BiGAN;

/// <summary>BiGAN's generator: up-convolutions, each of which sees the code again as a shift of its channels.</summary>
internal sealed class BiganGenerator : nn.Module<Tensor, Tensor>
{
    private readonly Linear start;
    private readonly BatchNorm1d norm; // of each unit, before they become maps
    private readonly ModuleList<nn.Module<Tensor, Tensor>> convolutions;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> shifts; // of each but the last
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms; // of each but the last
    private readonly long[] shape; // of the first maps

    public BiganGenerator(ViewShape image, int codeDimension, int width)
        : base(nameof(BiganGenerator))
    {
        var (h, w, doublings) = ImageSizes.Start(image);
        int[] channels = [.. Enumerable.Range(0, doublings).Select(i => width << (doublings - 1 - i)), image.Channels];
        shape = [-1, channels[0], h, w];
        start = nn.Linear(codeDimension, channels[0] * h * w, hasBias: false);
        norm = nn.BatchNorm1d(channels[0] * h * w);
        convolutions = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. Enumerable.Range(1, doublings).Select(i =>
            nn.ConvTranspose2d(channels[i - 1], channels[i], 5, stride: 2, padding: 2, output_padding: 1, bias: i == doublings))]);
        var hidden = channels[1..^1];
        shifts = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. hidden.Select(c => nn.Linear(codeDimension, c, hasBias: false))]);
        norms = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. hidden.Select(c => nn.BatchNorm2d(c))]);
        RegisterComponents();
        BiganWeights.Initialize(this);
    }

    /// <summary>[N, D] → [N, C, h, w] from −1 to 1.</summary>
    public override Tensor forward(Tensor codes)
    {
        var x = norm.call(start.call(codes)).relu().view(shape);
        for (var i = 0; i < norms.Count; i++)
        {
            x = norms[i].call(convolutions[i].call(x) + shifts[i].call(codes)[.., .., TensorIndex.None, TensorIndex.None]).relu();
        }

        return convolutions[^1].call(x).tanh();
    }
}

/// <summary>BiGAN's discriminator: strided convolutions, each but the first of which sees the code as a shift of its channels.</summary>
internal sealed class BiganDiscriminator : nn.Module<Tensor, Tensor, Tensor>
{
    private const double Slope = 0.2;

    private readonly Conv2d first;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers; // convolutions, and a fully connected layer if asked for
    private readonly ModuleList<nn.Module<Tensor, Tensor>> shifts;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms;
    private readonly Linear last;
    private readonly int maps; // of the layers, those that are convolutions

    public BiganDiscriminator(ViewShape image, int codeDimension, int width, int units)
        : base(nameof(BiganDiscriminator))
    {
        var (h, w, doublings) = ImageSizes.Start(image);
        if (doublings == 1 && units == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Images of {image.Height}×{image.Width} pixels leave BiGAN's discriminator one convolution, which sees no codes; "
                + "set \"discriminatorUnits\" in \"objective\", to 256 for example.");
        }

        maps = doublings - 1;
        int[] channels = [.. Enumerable.Range(0, doublings).Select(i => width << i)];
        first = nn.Conv2d(image.Channels, width, 5, stride: 2, padding: 2);
        layers = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. channels[1..].Select(c =>
            nn.Conv2d(c / 2, c, 5, stride: 2, padding: 2, bias: false))]);
        norms = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. channels[1..].Select(c => nn.BatchNorm2d(c))]);
        var length = channels[^1] * h * w;
        if (units > 0)
        {
            layers.append(nn.Linear(length, units, hasBias: false));
            norms.append(nn.BatchNorm1d(units));
        }

        int[] widths = units > 0 ? [.. channels[1..], units] : channels[1..];
        shifts = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. widths.Select(c => nn.Linear(codeDimension, c, hasBias: false))]);
        last = nn.Linear(units > 0 ? units : length, 1, hasBias: false);
        RegisterComponents();
        BiganWeights.Initialize(this);
    }

    /// <summary>[N, C, h, w] and [N, D] → logits [N, 1].</summary>
    public override Tensor forward(Tensor images, Tensor codes)
    {
        var x = nn.functional.leaky_relu(first.call(images), Slope);
        for (var i = 0; i < layers.Count; i++)
        {
            var shift = shifts[i].call(codes); // [N, c]
            var y = i < maps
                ? layers[i].call(x) + shift[.., .., TensorIndex.None, TensorIndex.None] : layers[i].call(x.flatten(1)) + shift;
            x = nn.functional.leaky_relu(norms[i].call(y), Slope);
        }

        return last.call(x.flatten(1));
    }
}

/// <summary>Start weights of BiGAN's networks.</summary>
internal static class BiganWeights
{
    /// <summary>Of the weights of all layers.</summary>
    public const double Deviation = 0.02;

    /// <summary>
    /// Draws them. The authors' discriminator ends with zeros, which give encoder and generator no gradient in the first step.
    /// </summary>
    public static void Initialize(nn.Module module)
    {
        foreach (var weight in module.named_parameters().Select(p => p.parameter).Where(p => p.dim() > 1))
        {
            nn.init.normal_(weight, 0, Deviation);
        }
    }
}
