using SslFramework.Host.Components;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>Where an evaluation is, on stderr: a live panel, or a plain line now and then where that is piped.</summary>
internal sealed class EvaluationDisplay : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPlain = TimeSpan.FromSeconds(2);

    private readonly ProgressRelay progress;
    private readonly EvaluationText text;
    private readonly LivePanel? panel;
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private long shown;
    private bool told;

    /// <summary>Shows what is reported, until it is disposed.</summary>
    /// <param name="progress">The evaluation's.</param>
    /// <param name="messages">Nothing is shown when they are quiet.</param>
    /// <param name="time">Says when it is time for another line.</param>
    public EvaluationDisplay(ProgressRelay progress, Messages messages, TimeProvider time)
    {
        (this.progress, this.time, text, shown) = (progress, time, new EvaluationText(progress, time), time.GetTimestamp());
        if (messages.IsQuiet)
        {
            return;
        }

        panel = LivePanel.OverErrors();
        progress.Shown = Show;
        progress.Begin("");
    }

    public void Dispose()
    {
        progress.Shown = null;
        panel?.Show([]);
        panel?.Dispose();
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
            var isDue = time.GetElapsedTime(shown) >= (panel is not null ? LiveInterval : told ? PlainInterval : FirstPlain);
            if (!isDue && (panel is null || !EvaluationText.IsTurn(now)))
            {
                return;
            }

            (shown, told) = (time.GetTimestamp(), true);
            if (panel is null)
            {
                Messages.Say(bar.Length == 0 ? what : $"{what}  {bar}");
            }
            else
            {
                panel.Show([$"  {what}", .. bar.Length == 0 ? Array.Empty<string>() : [$"  {bar}"]]); // 80 columns are too few for one line
            }
        }
        finally
        {
            gate.Exit();
        }
    }
}
