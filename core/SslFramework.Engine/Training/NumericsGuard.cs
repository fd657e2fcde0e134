using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>
/// Judges each step by its numbers before weights change. A step whose loss or gradient is NaN or infinite is skipped; three in a
/// row, or more than ten in a thousand, end the run.
/// </summary>
/// <param name="report">Receives what happened.</param>
internal sealed class NumericsGuard(Action<Incident> report)
{
    private const int MostInARow = 2;
    private const int Window = 1000;
    private const int MostInWindow = 10;

    private readonly SpikeDetector spikes = new();
    private List<long> skipped = [];

    /// <summary>Numbers of the steps among the last thousand that were skipped, from 1.</summary>
    public IReadOnlyList<long> Skipped
    {
        get => skipped;
        set => skipped = [.. value];
    }

    /// <summary>The losses that the next one is compared with.</summary>
    public IReadOnlyList<double> RecentLosses
    {
        get => spikes.Recent;
        set => spikes.Recent = value;
    }

    /// <summary>Whether the step may be taken.</summary>
    /// <exception cref="DivergenceException">Too many steps were skipped.</exception>
    public bool Accepts(StepNumbers numbers)
    {
        if (double.IsFinite(numbers.Loss) && double.IsFinite(numbers.GradientNorm))
        {
            if (spikes.Add(numbers.Loss) is { } usual)
            {
                report(numbers.AsIncident("spike", $"The loss of step {numbers.Step} is {numbers.Loss:G4}; it was about {usual:G4}."));
            }

            return true;
        }

        skipped.RemoveAll(step => step <= numbers.Step - Window);
        skipped.Add(numbers.Step);
        var what = double.IsFinite(numbers.Loss)
            ? $"The gradient of step {numbers.Step} is not finite"
            : $"The loss of step {numbers.Step} is {numbers.Loss}";
        report(numbers.AsIncident("skipped", $"{what}; the step is not taken."));
        if (InARow(numbers.Step) > MostInARow || skipped.Count > MostInWindow)
        {
            throw new DivergenceException(
                numbers.Step,
                $"{what} (epoch {numbers.Epoch}, images {string.Join(", ", numbers.Samples.Take(4))}, …), "
                + $"as were {skipped.Count} of the last {Math.Min(Window, numbers.Step)} steps; "
                + "lower \"schedule.learningRate\", set \"training.clipNorm\", or use \"precision\": \"fp32\"");
        }

        return false;
    }

    private long InARow(long step) => Enumerable.Range(0, MostInARow + 1).TakeWhile(back => skipped.Contains(step - back)).Count();
}
