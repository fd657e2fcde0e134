namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// A linear layer or convolution whose weights are divided by their largest singular value, so that it enlarges no difference. The value is
/// found by power iteration, one per forward in training. Miyato et al. 2018, https://arxiv.org/abs/1802.05957
/// </summary>
public sealed class SpectralLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight; // [O, I] or [O, I, k, k]
    private readonly Parameter? bias; // [O]
    private readonly Tensor u; // the singular vectors so far, [O] and
    private readonly Tensor v; // [I·k·k]

    private SpectralLayer(long[] shape, bool hasBias)
        : base(nameof(SpectralLayer))
    {
        weight = (Parameter)new Parameter(empty(shape)).DetachFromDisposeScope();
        nn.init.orthogonal_(weight); // as the authors' networks start: all singular values are 1
        bias = hasBias ? (Parameter)new Parameter(zeros(shape[0])).DetachFromDisposeScope() : null;
        using var gradient = no_grad();
        u = Unit(randn(shape[0])).DetachFromDisposeScope();
        v = Unit(weight.flatten(1).t().mv(u)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Makes a linear layer.</summary>
    public static SpectralLayer Linear(long inputs, long outputs, bool hasBias = true) => new([outputs, inputs], hasBias);

    /// <summary>Makes a convolution that keeps the size of maps.</summary>
    /// <param name="inputs">Channels that it takes.</param>
    /// <param name="outputs">Channels that it gives.</param>
    /// <param name="kernel">Its side, odd.</param>
    public static SpectralLayer Convolution(long inputs, long outputs, long kernel) =>
        new([outputs, inputs, kernel, kernel], hasBias: true);

    /// <summary>[N, I] → [N, O], or [N, I, H, W] → [N, O, H, W].</summary>
    public override Tensor forward(Tensor input)
    {
        var normalized = Normalized();
        var padding = weight.dim() == 4 ? weight.shape[2] / 2 : 0;
        return weight.dim() == 4
            ? nn.functional.conv2d(input, normalized, bias, padding: [padding, padding])
            : nn.functional.linear(input, normalized, bias);
    }

    /// <summary>The weights over their largest singular value; in training after an iteration of the vectors.</summary>
    public Tensor Normalized()
    {
        using var float32Only = Autocast.Pause(weight.device_type);
        var matrix = weight.flatten(1); // W, [O, I·k·k]
        if (training)
        {
            using var gradient = no_grad();
            v.copy_(Unit(matrix.t().mv(u)));
            u.copy_(Unit(matrix.mv(v)));
        }

        // Copies, because a further forward changes the vectors before the gradient of this one is computed.
        return weight / u.clone().dot(matrix.mv(v.clone()));
    }

    private static Tensor Unit(Tensor vector) => nn.functional.normalize(vector, dim: 0);
}
