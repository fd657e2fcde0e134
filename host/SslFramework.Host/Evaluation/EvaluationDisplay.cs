using SslFramework.Host.Components;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>Where an evaluation is, on stderr: a live panel, or a plain line now and then if that is piped.</summary>
internal sealed class EvaluationDisplay : IDisposable
{
    private readonly ProgressRelay progress;
    private readonly EvaluationText text;
    private readonly ProgressDisplay? display;
    private readonly Lock gate = new();

    /// <summary>Shows what is reported, until it is disposed.</summary>
    /// <param name="progress">The evaluation's.</param>
    /// <param name="messages">Nothing is shown when they are quiet.</param>
    /// <param name="time">Says when it is time for another line.</param>
    public EvaluationDisplay(ProgressRelay progress, Messages messages, TimeProvider time)
    {
        (this.progress, text) = (progress, new EvaluationText(progress, time));
        if (messages.IsQuiet)
        {
            return;
        }

        display = new ProgressDisplay(time);
        progress.Shown = Show;
        progress.Begin("");
    }

    public void Dispose()
    {
        progress.Shown = null;
        display?.Clear();
        display?.Dispose();
    }

    private void Show(EvaluationProgress? now)
    {
        if (!gate.TryEnter())
        {
            return; // others are telling
        }

        try
        {
            var (what, bar) = text.Of(now);
            if (display!.IsDue || (display.IsLive && EvaluationText.IsTurn(now)))
            {
                display.Show(
                    () => [$"  {what}", .. bar.Length == 0 ? Array.Empty<string>() : [$"  {bar}"]], // 80 columns are too few for one line
                    () => bar.Length == 0 ? what : $"{what}  {bar}");
            }
        }
        finally
        {
            gate.Exit();
        }
    }
}
