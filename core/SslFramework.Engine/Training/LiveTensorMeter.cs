namespace SslFramework.Engine.Training;

/// <summary>
/// Notices an objective that leaves tensors behind at every step: the garbage collector does not see their memory, so the
/// run ends hours later. Counts the tensors of the calling thread; a step costs one look at a counter.
/// </summary>
internal sealed class LiveTensorMeter
{
    private const int Window = 50;
    private const int Patience = 6;
    private const double Least = 0.1;

    private int steps;
    private int grown;
    private long atStart;

    /// <summary>Call it after every step.</summary>
    /// <returns>
    /// The tensors that each step leaves behind, once, when the number has grown over some hundred steps without a pause;
    /// else null. Queues and banks that fill up in place do not grow it.
    /// </returns>
    public double? AfterStep() => AfterStep(DisposeScopeManager.Statistics.ThreadTotalLiveCount);

    /// <summary>The same for a number of live tensors.</summary>
    public double? AfterStep(long live)
    {
        if (steps++ % Window != 0)
        {
            return null;
        }

        var (each, first) = ((double)(live - atStart) / Window, steps == 1);
        atStart = live;
        grown = first || each < Least ? 0 : grown + 1;
        return grown == Patience ? each : null;
    }
}
