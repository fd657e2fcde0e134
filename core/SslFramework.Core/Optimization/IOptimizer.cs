namespace SslFramework.Core.Optimization;

/// <summary>Moves parameters against their gradients.</summary>
/// <remarks>
/// Built from an options record, <see cref="NamedParameters"/> and, if the constructor asks for them, <see cref="RunLength"/> and
/// <see cref="DataInfo"/>, after the parameters are on their device. A parameter
/// without gradient is skipped entirely: no decay, no momentum.
/// </remarks>
public interface IOptimizer : IDisposable
{
    /// <summary>
    /// The state that must survive a restart, by <c>parameter.slot</c> (<c>backbone.conv1.weight.momentum</c>). Live tensors, which
    /// the next step changes; a parameter that never had a gradient has none.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="step">Its rate, and how far the run is.</param>
    void Step(OptimizerStep step);

    /// <summary>Replaces the present <see cref="State"/> by a copy of a saved one.</summary>
    /// <exception cref="ExperimentException">The state belongs to other parameters or to another optimizer.</exception>
    void LoadState(IReadOnlyDictionary<string, Tensor> state);
}
