using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Terminal;

/// <summary>Where an evaluation is, on stderr: a live panel, or a plain line now and then where that is piped.</summary>
public sealed class EvaluationDisplay : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly ProgressRelay progress;
    private readonly TextWriter errors = Console.Error;
    private readonly LivePanel? panel;
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly long start;
    private TimeSpan shown;
    private TimeSpan began;
    private string doing = "";

    /// <summary>Shows what is reported, until it is disposed.</summary>
    /// <param name="progress">The evaluation's.</param>
    /// <param name="verbosity">Quiet shows nothing.</param>
    /// <param name="time">Says when it is time for another line.</param>
    public EvaluationDisplay(ProgressRelay progress, Verbosity verbosity, TimeProvider time)
    {
        (this.progress, this.time, start) = (progress, time, time.GetTimestamp());
        if (verbosity == Verbosity.Quiet)
        {
            return;
        }

        progress.Shown = Show;
        if (ErrorTerminal.IsLive)
        {
            panel = new LivePanel(errors, ErrorTerminal.Width);
            Console.SetError(panel);
        }
    }

    public void Dispose()
    {
        progress.Shown = null;
        if (panel is not null)
        {
            panel.Show([]);
            panel.Dispose();
            Console.SetError(errors);
        }
    }

    private void Show(EvaluationProgress now)
    {
        if (!gate.TryEnter())
        {
            return; // others are telling
        }

        try
        {
            var elapsed = time.GetElapsedTime(start);
            var what = progress.Part.Length == 0 ? now.Doing : $"{progress.Part}: {now.Doing}";
            if (what != doing)
            {
                (doing, began) = (what, elapsed);
            }

            if (elapsed - shown < (panel is null ? PlainInterval : LiveInterval))
            {
                return;
            }

            shown = elapsed;
            var left = (elapsed - began) * ((double)(now.Total - now.Done) / now.Done);
            var bar = $"{ErrorTerminal.Bar((double)now.Done / now.Total)}  {ErrorTerminal.Short(left)} left";
            if (panel is null)
            {
                Console.Error.WriteLine($"evaluation  {what}  {bar}");
            }
            else
            {
                panel.Show([$"  evaluation  {what}", $"  {bar}"]); // 80 columns are too few for one line
            }
        }
        finally
        {
            gate.Exit();
        }
    }
}
