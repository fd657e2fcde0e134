using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Start weights of vision transformers, and of decoders made of <see cref="TransformerBlock"/>.</summary>
public static class TransformerWeights
{
    // timm truncates at ±2, which is a hundred of these deviations away: a normal distribution to the last bit.
    // (TorchSharp's trunc_normal_ fills a tensor with one number.)
    private const double Deviation = 0.02;
    private const double TinyDeviation = 1e-6;

    /// <summary>
    /// Draws the weights of every linear layer and patch projection inside a module, and its own class token, registers and learned
    /// positions (<c>cls_token</c>, <c>reg_token</c>, <c>pos_embed</c>). Norms stay at 1 and 0.
    /// </summary>
    public static void Initialize(nn.Module module, TransformerInitialization initialization)
    {
        foreach (var (name, layer) in module.named_modules())
        {
            switch (layer)
            {
                case Linear linear:
                    InitializeLinear(linear, name.EndsWith("qkv", StringComparison.Ordinal), initialization);
                    if (initialization == TransformerInitialization.Beit && BlockOf(name) is { } block)
                    {
                        using var gradient = no_grad();
                        linear.weight.div_(Math.Sqrt(2 * block));
                    }

                    break;
                case Conv2d projection:
                    InitializeProjection(projection, initialization);
                    break;
            }
        }

        foreach (var (name, parameter) in module.named_parameters())
        {
            if (name == "cls_token")
            {
                var isWide = initialization is TransformerInitialization.Mae or TransformerInitialization.Beit;
                nn.init.normal_(parameter, 0, isWide ? Deviation : TinyDeviation);
            }
            else if (name == "reg_token")
            {
                nn.init.normal_(parameter, 0, TinyDeviation);
            }
            else if (name == "pos_embed" && parameter.requires_grad)
            {
                nn.init.normal_(parameter, 0, Deviation);
            }
        }
    }

    private static void InitializeLinear(Linear linear, bool isQkv, TransformerInitialization initialization)
    {
        var (output, input) = (linear.weight.shape[0], linear.weight.shape[1]);
        if (IsTimms(initialization))
        {
            nn.init.normal_(linear.weight, 0, Deviation);
        }
        else
        {
            // MoCo v3 draws query, key and value as three matrices, MAE as one.
            var matrices = isQkv && initialization == TransformerInitialization.MocoV3 ? 3 : 1;
            XavierUniform(linear.weight, input, output / matrices);
        }

        if (linear.bias is not null)
        {
            nn.init.zeros_(linear.bias);
        }
    }

    /// <summary>timm keeps a convolution's own start; the others draw it as a linear layer, MAE all but its bias.</summary>
    private static void InitializeProjection(Conv2d projection, TransformerInitialization initialization)
    {
        if (IsTimms(initialization))
        {
            return;
        }

        var shape = projection.weight.shape; // [D, C, p, p]
        XavierUniform(projection.weight, shape[1] * shape[2] * shape[3], shape[0]);
        if (initialization == TransformerInitialization.MocoV3 && projection.bias is not null)
        {
            nn.init.zeros_(projection.bias);
        }
    }

    /// <summary>The number, from 1, of the block whose residual branch a linear layer ends; null for other layers.</summary>
    private static int? BlockOf(string name) =>
        name.Split('.') is [.., var block, var branch, var layer]
        && (branch, layer) is ("attn", "proj") or ("mlp", "fc2")
        && int.TryParse(block, out var number)
            ? number + 1
            : null;

    private static bool IsTimms(TransformerInitialization initialization) =>
        initialization is TransformerInitialization.Timm or TransformerInitialization.Beit;

    private static void XavierUniform(Tensor weight, long input, long output)
    {
        var bound = Math.Sqrt(6.0 / (input + output));
        nn.init.uniform_(weight, -bound, bound);
    }
}
