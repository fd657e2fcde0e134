namespace SslFramework;

/// <summary>Builds backbones as the experiment configures them. A momentum method asks twice.</summary>
public interface IBackboneFactory
{
    /// <summary>Builds a new backbone with fresh random weights.</summary>
    /// <exception cref="ExperimentException">The experiment's backbone is not a <typeparamref name="TBackbone"/>.</exception>
    TBackbone Create<TBackbone>()
        where TBackbone : class, IBackbone;
}
