namespace SslFramework.Core.Tensors.Autograd;

/// <summary>
/// A function with a backward of its own. TorchSharp's keeps an empty tensor of the output's size, and handles of the gradients that
/// come and go, until the step ends; this one frees them.
/// </summary>
/// <typeparam name="T">The function itself.</typeparam>
internal abstract class ScopedFunction<T> : autograd.SingleTensorFunction<T>
    where T : ScopedFunction<T>, new()
{
    // More than any of ours has arguments; TorchSharp takes as many as it needs.
    private static readonly List<Tensor> NoGradients = [.. Enumerable.Repeat<Tensor>(null!, 8)];

    [ThreadStatic]
    private static autograd.AutogradContext? made;

    /// <inheritdoc/>
    public sealed override string Name => typeof(T).DeclaringType?.Name ?? typeof(T).Name;

    /// <summary>Computes the output. Call it instead of apply.</summary>
    /// <param name="arguments">Tensors and whatever else the forward takes.</param>
    public static Tensor Run(params object[] arguments)
    {
        var output = apply(arguments);
        FunctionMemory.FreeOutput(made!);
        made = null;
        return output;
    }

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        context.set_materialize_grads(false); // a gradient that does not come needs no zeros of the output's size
        var output = Forward(context, arguments);
        made = context;
        return output;
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        FunctionMemory.FreeReturned();
        if (gradient.IsInvalid)
        {
            return NoGradients;
        }

        using var scope = NewDisposeScope();
        var gradients = Backward(context, gradient);
        gradient.Dispose();
        FunctionMemory.KeepReturned(gradients);
        return gradients;
    }

    /// <summary>From the arguments to the output.</summary>
    /// <param name="context">Takes what the backward needs.</param>
    /// <param name="arguments">Those of <see cref="Run"/>.</param>
    protected abstract Tensor Forward(autograd.AutogradContext context, object[] arguments);

    /// <summary>From the output's gradient to the arguments'. No exception may leave it: see <see cref="BackwardFailure"/>.</summary>
    /// <param name="context">What the forward saved.</param>
    /// <param name="gradient">The gradient of the output, disposed afterwards.</param>
    /// <returns>One for each argument, in the scope of the backward; null for what is no tensor.</returns>
    protected abstract List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient);
}
