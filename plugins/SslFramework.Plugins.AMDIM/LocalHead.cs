using TorchSharp.Modules;

namespace SslFramework.Plugins.AMDIM;

/// <summary>
/// Takes each place of a map to the space in which places are compared; at first by a shortcut that is almost the identity.
/// </summary>
internal sealed class LocalHead : nn.Module<Tensor, Tensor>
{
    private const double SmallestWeight = 0.01;
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d outputNorm;
    private readonly Conv2d shortcut;

    /// <summary>Makes the head.</summary>
    /// <param name="input">Channels of the map.</param>
    /// <param name="output">D, at least as many.</param>
    public LocalHead(int input, int output)
        : base(nameof(LocalHead))
    {
        conv1 = nn.Conv2d(input, output, 1, bias: false);
        conv2 = nn.Conv2d(output, output, 1, bias: false);
        outputNorm = nn.BatchNorm2d(output);
        shortcut = nn.Conv2d(input, output, 1);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            nn.init.zeros_(conv2.weight);
            nn.init.uniform_(shortcut.weight, -SmallestWeight, SmallestWeight);
            shortcut.weight.masked_fill_(eye(output, input).to(@bool).view(output, input, 1, 1), 1);
        }

        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → [N, D, H, W].</summary>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var hidden = conv2.call(conv1.call(maps).relu());
        return outputNorm.call(hidden + shortcut.call(maps)).MoveToOuterDisposeScope();
    }
}
