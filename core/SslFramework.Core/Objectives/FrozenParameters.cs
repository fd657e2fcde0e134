namespace SslFramework.Core.Objectives;

/// <summary>
/// Freezes the parameters of a module in what is computed until it is disposed: gradients pass through the module to its input, and leave
/// its own parameters alone. A generator's loss goes through a discriminator so, while one backward trains both.
/// </summary>
/// <example>
/// <code>
/// var loss = Loss(discriminator.call(real), discriminator.call(made.detach())); // trains the discriminator
/// using (new FrozenParameters(discriminator))
/// {
///     loss += Loss(discriminator.call(made)); // trains what made it
/// }
/// </code>
/// </example>
public sealed class FrozenParameters : IDisposable
{
    private readonly Parameter[] parameters;

    /// <summary>Freezes those parameters of a module that are trained.</summary>
    public FrozenParameters(nn.Module module)
    {
        parameters = [.. module.parameters().Where(parameter => parameter.requires_grad)];
        Require(gradient: false);
    }

    /// <summary>Trains them again. A later backward skips them, because autograd noted at the computation that they were frozen.</summary>
    public void Dispose() => Require(gradient: true);

    private void Require(bool gradient)
    {
        foreach (var parameter in parameters)
        {
            parameter.requires_grad = gradient;
        }
    }
}
