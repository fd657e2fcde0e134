using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Engine.Evaluation;

/// <summary>
/// Random weights scaled to the data: every convolution and linear layer gives, over some images, each channel a mean of 0 and
/// a variance of 1. The within-layer step of Krähenbühl et al. 2016, https://arxiv.org/abs/1511.06856; their second step
/// balances how fast layers learn, which does not change what a linear probe of frozen features sees.
/// </summary>
internal static class RescaledWeights
{
    /// <summary>Rescales the weights of a backbone layer by layer, in one pass.</summary>
    /// <param name="backbone">A backbone with random weights.</param>
    /// <param name="images">Some dozens of images, on its device.</param>
    public static void Fit(IBackbone backbone, Tensor images)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var hooks = backbone.Module.modules().OfType<nn.Module<Tensor, Tensor>>().Select(Watch).OfType<Action>().ToList();
        using var modes = new KeptModes(backbone.Module);
        backbone.Module.eval();
        try
        {
            backbone.Forward(images);
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }
    }

    /// <summary>Hooks a layer that needs it, and returns how to remove the hook.</summary>
    private static Action? Watch(nn.Module<Tensor, Tensor> layer) => layer switch
    {
        Conv2d convolution =>
            layer.register_forward_hook((_, _, output) => Rescale(convolution.weight!, convolution.bias, output, 1)).remove,
        Linear linear =>
            layer.register_forward_hook((_, _, output) => Rescale(linear.weight!, linear.bias, output, output.dim() - 1)).remove,
        _ when Statistics(layer) is (var mean, var variance) =>
            layer.register_forward_pre_hook((_, input) =>
            {
                // Sets what BatchNorm would gather in training: without it, evaluation mode leaves the maps as they are.
                using var scope = NewDisposeScope();
                mean.copy_(input.mean(Others(input, 1)));
                variance.copy_(input.var(Others(input, 1), unbiased: false));
                return input;
            }).remove,
        _ => null,
    };

    /// <summary>Divides a layer's weights by the deviation of its output, and subtracts the mean if it has a bias.</summary>
    /// <returns>The layer's new output.</returns>
    private static Tensor Rescale(Tensor weight, Tensor? bias, Tensor output, long channelAxis)
    {
        using var scope = NewDisposeScope();
        var others = Others(output, channelAxis);
        var (mean, deviation) = (output.mean(others), output.std(others, unbiased: false).clamp_min(1e-6)); // [C]
        weight.div_(deviation.view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]));
        var shape = Enumerable.Range(0, (int)output.dim()).Select(axis => axis == channelAxis ? -1L : 1).ToArray();
        if (bias is null)
        {
            return output.div(deviation.view(shape)).MoveToOuterDisposeScope();
        }

        bias.sub_(mean).div_(deviation);
        return output.sub(mean.view(shape)).div_(deviation.view(shape)).MoveToOuterDisposeScope();
    }

    private static (Tensor Mean, Tensor Variance)? Statistics(nn.Module layer)
    {
        var own = layer.named_buffers(recurse: false).ToDictionary(buffer => buffer.name, buffer => buffer.buffer);
        return own.TryGetValue("running_mean", out var mean) && own.TryGetValue("running_var", out var variance) ? (mean, variance) : null;
    }

    private static long[] Others(Tensor values, long axis) =>
        [.. Enumerable.Range(0, (int)values.dim()).Select(i => (long)i).Where(i => i != axis)];
}
