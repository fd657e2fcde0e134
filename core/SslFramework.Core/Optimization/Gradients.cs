namespace SslFramework.Core.Optimization;

/// <summary>The gradients of many parameters as one vector. Nothing is read back from the device.</summary>
public static class Gradients
{
    /// <summary>The Euclidean norm of all gradients together.</summary>
    /// <param name="parameters">Parameters on one device; those without gradient count as 0.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Norm(IEnumerable<Parameter> parameters)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        return Length(Existing(parameters)).MoveToOuterDisposeScope();
    }

    /// <summary>Scales the gradients down to a norm of at most <paramref name="maxNorm"/>, as torch's clip_grad_norm_ does.</summary>
    /// <param name="parameters">Parameters on one device; those without gradient count as 0.</param>
    /// <param name="maxNorm">The largest norm, above 0.</param>
    /// <returns>The norm before, a scalar.</returns>
    public static Tensor ClipNorm(IEnumerable<Parameter> parameters, double maxNorm)
    {
        var all = parameters.ToArray();
        var norm = Norm(all);
        Shorten(all, norm, maxNorm);
        return norm;
    }

    /// <summary>Scales gradients of a known norm down to at most <paramref name="maxNorm"/>.</summary>
    /// <param name="parameters">Parameters on one device.</param>
    /// <param name="norm">Their <see cref="Norm(IEnumerable{Parameter})"/>.</param>
    /// <param name="maxNorm">The largest norm, above 0.</param>
    public static void Shorten(IEnumerable<Parameter> parameters, Tensor norm, double maxNorm)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        TensorLists.Scale(Existing(parameters), norm.add(1e-6).reciprocal().mul(maxNorm).clamp_max(1)); // 1e-6 as in torch
    }

    private static Tensor Length(Tensor[] gradients) => gradients.Length == 0 ? zeros([]) : TensorLists.Norm(gradients);

    private static Tensor[] Existing(IEnumerable<Parameter> parameters) =>
        [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
}
