using SslFramework.Host.Experiments;

namespace SslFramework.Host.Weights;

/// <summary>What is exported: the backbone of a run that has ended, or of one of its checkpoints.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Experiment">What made it.</param>
/// <param name="Backbone">With its weights, in evaluation mode.</param>
internal sealed record ExportSource(string Run, ExperimentConfig Experiment, IBackbone Backbone);
