namespace SslFramework.Testing;

/// <summary>A backbone factory for tests: calls a function each time.</summary>
public sealed class TestBackbones(Func<IBackbone> create) : IBackboneFactory
{
    /// <inheritdoc/>
    public TBackbone Create<TBackbone>()
        where TBackbone : class, IBackbone =>
        create() as TBackbone
        ?? throw new ExperimentException(FailureKind.Config, $"The objective needs a backbone of type {typeof(TBackbone).Name}.");
}
