using SslFramework.Core.Distributed;

namespace SslFramework.Engine.Training;

/// <summary>What is known about a step before it is taken.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Loss">The mean over the micro-batches of all processes.</param>
/// <param name="GradientNorm">Norm of all gradients together, before clipping.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Samples">The images of this process's part of the batch.</param>
internal sealed record StepNumbers(long Step, long Epoch, double Loss, double GradientNorm, long Seed, IReadOnlyList<long> Samples)
{
    /// <summary>Reads losses and norm from the device: once per step, and nothing else is read.</summary>
    /// <param name="step">The step.</param>
    /// <param name="settings">The run's seed and processes.</param>
    /// <param name="losses">One scalar per micro-batch.</param>
    /// <param name="norm">The gradients' norm, a scalar that is the same in all processes.</param>
    /// <param name="samples">The images of this process's part of the batch.</param>
    public static StepNumbers Read(
        StepContext step, PretrainerSettings settings, IReadOnlyList<Tensor> losses, Tensor norm, IReadOnlyList<long> samples)
    {
        using var read = stack(losses.Append(norm).Select(value => value.to(float64))).cpu();
        settings.Group.Average(read);
        var values = read.data<double>();
        return new(step.Step + 1, (long)step.Epoch, values.Take(losses.Count).Average(), values[losses.Count], settings.Seed, samples);
    }

    public Incident AsIncident(string kind, string sentence) => new(kind, Step, sentence, Loss, GradientNorm, Seed, Epoch, Samples);
}
