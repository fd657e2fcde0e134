using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>Trains an objective on one batch, at the same step again and again, so that random targets stay what they are.</summary>
internal static class Overfitting
{
    /// <summary>The loss after some steps of Adam.</summary>
    public static double Loss(IPretextObjective objective, ViewBatch batch, int steps, double learningRate)
    {
        objective.Module.train();
        using var optimizer = optim.Adam(objective.Module.parameters().ToArray(), learningRate);
        var loss = double.NaN;
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var result = objective.ComputeLoss(batch, TestSteps.At(0));
            objective.Module.zero_grad();
            result.Loss.backward();
            optimizer.step();
            loss = result.Loss.ToDouble();
        }

        return loss;
    }
}
