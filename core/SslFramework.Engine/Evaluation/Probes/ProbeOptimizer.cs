namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>The update rule of a linear probe.</summary>
internal enum ProbeOptimizer
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>The same with layer-wise rates, η = 0.001, as in MAE (https://arxiv.org/abs/1708.03888).</summary>
    Lars,
}
