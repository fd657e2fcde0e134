using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors.Autograd;
using BatchNorm = TorchSharp.Modules.BatchNorm;

namespace SslFramework.Core.Distributed;

/// <summary>
/// Batch normalization over the images of all processes, so that several train as one does. Hooks every batch norm
/// of a module, including a plugin's, and works in training mode only; with one process nothing is changed.
/// </summary>
/// <remarks>
/// Means and variances of the processes are gathered and combined as by Chan et al. (no difference of large squares).
/// <see cref="SplitBatchNorm2d"/> keeps its meaning: image n of the whole batch is in group n mod g, wherever it lies.
/// </remarks>
public sealed class SharedBatchNorm : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> layer;
    private readonly GroupReplicas replicas;
    private readonly int splits;
    private readonly double momentum;
    private readonly double epsilon;
    private readonly Dictionary<string, Tensor> state;
    private readonly Action[] removals;
    private Tensor? output;

    private SharedBatchNorm(nn.Module<Tensor, Tensor> layer, GroupReplicas replicas)
    {
        (this.layer, this.replicas) = (layer, replicas);
        splits = (layer as SplitBatchNorm2d)?.Splits ?? 1;
        (momentum, epsilon) = layer is BatchNorm norm
            ? (norm.momentum ?? 0.1, norm.eps)
            : (SplitBatchNorm2d.Momentum, SplitBatchNorm2d.Epsilon);
        state = Tensors.StateDict.Of(layer).ToDictionary();
        removals = [layer.register_forward_pre_hook(Before).remove, layer.register_forward_hook(After).remove];
    }

    /// <summary>Makes every batch norm in a module normalize over all processes, until it is disposed.</summary>
    /// <param name="module">The module, on its device.</param>
    /// <param name="replicas">The processes, more than one.</param>
    public static IReadOnlyList<IDisposable> Within(nn.Module module, IReplicas replicas) => replicas is not GroupReplicas several ? [] :
    [
        .. module.modules().Where(layer => layer is BatchNorm or SplitBatchNorm2d)
            .Select(layer => new SharedBatchNorm((nn.Module<Tensor, Tensor>)layer, several)),
    ];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(removals, remove => remove());

    /// <summary>Does all the work here: the layer itself gets no rows, and in evaluation mode, so that it changes nothing.</summary>
    private Tensor Before(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        if (!layer.training)
        {
            return input;
        }

        output = Normalized(input);
        layer.eval();
        return input.narrow(0, 0, 0);
    }

    private Tensor After(nn.Module<Tensor, Tensor> module, Tensor input, Tensor own)
    {
        if (output is not { } normalized)
        {
            return own;
        }

        output = null;
        layer.train();
        return normalized;
    }

    private Tensor Normalized(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (count, channels) = (input.shape[0], input.shape[1]);
        if (count % splits != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The {count} images of one process cannot be split into {splits} equal groups; "
                + "set \"splits\" in the backbone's \"normalization\" to a number that divides them.");
        }

        // Row j of the view holds images j·g … j·g + g − 1 side by side: channel block k is group k, as in SplitBatchNorm2d.
        var grouped = input.reshape([count / splits, splits * channels, .. input.shape[2..]]);
        var statistics = Statistics(grouped.detach());
        using (no_grad())
        {
            UpdateRunningStatistics(statistics);
        }

        var weight = state.GetValueOrDefault("weight") ?? ones(channels, statistics.Mean.dtype, input.device);
        var bias = state.GetValueOrDefault("bias") ?? zeros(channels, statistics.Mean.dtype, input.device);
        var result = Function.Run(grouped, weight.repeat(splits), bias.repeat(splits), new Pass(replicas, statistics, epsilon));
        return result.reshape(input.shape).MoveToOuterDisposeScope();
    }

    private Moments Statistics(Tensor values)
    {
        using var gradient = no_grad();
        var type = state["running_mean"].dtype;
        var channels = values.shape[1];
        var count = values.numel() / channels;

        // With running statistics that forget everything at once, libtorch's own kernel takes a fraction of the time of var_mean.
        var (mean, unbiased) = (zeros(channels, type, values.device), zeros(channels, type, values.device));
        if (count > 1)
        {
            nn.functional.batch_norm(values, mean, unbiased, training: true, momentum: 1).Dispose();
        }
        else
        {
            mean = values.reshape(channels).to(type);
        }

        var variance = unbiased * ((count - 1.0) / count);
        var all = replicas.Gathered(stack([mean, variance, full_like(mean, count)]).unsqueeze(0)); // [ranks, 3, C]
        var (means, variances, counts) = (all.select(1, 0), all.select(1, 1), all.select(1, 2)); // [ranks, C]
        var total = counts.sum([0]); // [C]
        var wholeMean = (means * counts).sum([0]) / total;
        var wholeVariance = ((variances + (means - wholeMean).square()) * counts).sum([0]) / total;
        return new Moments(wholeMean, wholeVariance, total);
    }

    private void UpdateRunningStatistics(Moments moments)
    {
        var unbiased = moments.Variance * moments.Count / (moments.Count - 1);
        foreach (var (name, values) in new[] { ("running_mean", moments.Mean), ("running_var", unbiased) })
        {
            state[name].mul_(1 - momentum).add_(values.view(splits, -1).mean([0]), alpha: momentum);
        }

        state["num_batches_tracked"].add_(1);
    }

    private sealed record Moments(Tensor Mean, Tensor Variance, Tensor Count);

    private sealed record Pass(GroupReplicas Replicas, Moments Moments, double Epsilon);

    private sealed class Function : ScopedFunction<Function>
    {
        private const string PassKey = "pass";

        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
        {
            var (input, weight, bias, pass) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], (Pass)arguments[3]);
            context.save_data(PassKey, pass with { Moments = null! });
            context.save_for_backward([input, weight, bias, pass.Moments.Mean, pass.Moments.Variance, pass.Moments.Count]);
            using var gradient = no_grad();
            return nn.functional.batch_norm(
                input, pass.Moments.Mean, pass.Moments.Variance, weight, bias, training: false, eps: pass.Epsilon);
        }

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient)
        {
            var pass = (Pass)context.get_data(PassKey);
            using var scope = NewDisposeScope();
            var (saved, leaves) = (context.get_saved_variables(), new Tensor[3]);
            for (var i = 0; i < leaves.Length; i++)
            {
                leaves[i] = saved[i].detach().requires_grad_(true);
            }

            // As if mean and variance were constants, by libtorch's own kernel; what flows through them is subtracted from it.
            var (mean, variance, total) = (saved[3], saved[4], saved[5]);
            using (enable_grad())
            {
                autograd.backward(
                    [nn.functional.batch_norm(leaves[0], mean, variance, leaves[1], leaves[2], training: false, eps: pass.Epsilon)],
                    [gradient]);
            }

            var (forInput, forWeight, forBias) = (leaves[0].grad!, leaves[1].grad!, leaves[2].grad!);
            var scale = (variance + pass.Epsilon).rsqrt(); // [C]
            var forStatistics = GroupReplicas.Guarded(
                () =>
                {
                    using var off = no_grad();
                    var means = pass.Replicas.Summed(stack([forBias, forWeight])) / total; // [2, C], over all processes
                    var slope = saved[1] * scale; // [C]
                    return nn.functional.batch_norm(
                        saved[0], mean, variance, slope * means[1], slope * means[0], training: false, eps: pass.Epsilon);
                },
                forInput);
            using (no_grad())
            {
                forInput.sub_(forStatistics);
            }

            return [forInput.MoveToOuterDisposeScope(), forWeight.MoveToOuterDisposeScope(), forBias.MoveToOuterDisposeScope(), null!];
        }
    }
}
