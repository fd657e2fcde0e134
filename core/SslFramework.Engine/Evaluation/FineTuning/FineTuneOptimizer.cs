using System.Text.Json.Serialization;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>The update rule of fine-tuning.</summary>
internal enum FineTuneOptimizer
{
    /// <summary>AdamW with β 0.9 and 0.999.</summary>
    [JsonStringEnumMemberName("adamw")] // as in protocols, whose hash must not change
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov's momentum 0.9.</summary>
    Sgd,
}
