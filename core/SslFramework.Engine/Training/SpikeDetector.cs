namespace SslFramework.Engine.Training;

/// <summary>
/// Finds losses that leave their usual range upwards: more above the median of the last hundred than half of it, and than
/// eight times as far as the 95th percentile is.
/// </summary>
internal sealed class SpikeDetector
{
    private const int Window = 100;
    private const int Least = 20; // before that, nothing is usual
    private const double Reach = 8;

    private Queue<double> recent = [];

    /// <summary>The latest losses, at most a hundred, oldest first.</summary>
    public IReadOnlyList<double> Recent
    {
        get => [.. recent];
        set => recent = new(value.TakeLast(Window));
    }

    /// <summary>Takes the next loss.</summary>
    /// <returns>The usual loss if this one is a spike, else null.</returns>
    public double? Add(double loss)
    {
        double? usual = null;
        if (recent.Count >= Least)
        {
            var ordered = recent.Order().ToArray();
            var (median, high) = (ordered[ordered.Length / 2], ordered[ordered.Length * 95 / 100]);
            usual = loss - median > Math.Max(Reach * (high - median), Math.Abs(median) / 2) ? median : null;
        }

        recent.Enqueue(loss);
        if (recent.Count > Window)
        {
            recent.Dequeue();
        }

        return usual;
    }
}
