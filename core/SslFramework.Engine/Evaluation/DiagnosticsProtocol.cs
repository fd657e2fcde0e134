using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation;

/// <summary>How <see cref="FeatureDiagnostics"/> found its numbers.</summary>
/// <param name="Layers">Which features were used.</param>
/// <param name="Images">The most test images that were used.</param>
/// <param name="Seed">Seed of the views.</param>
/// <param name="Choice">Which of the test images were used, if there are more.</param>
internal sealed record DiagnosticsProtocol(FeatureLayers Layers, int Images, int Seed, string Choice);
