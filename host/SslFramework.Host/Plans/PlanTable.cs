using System.Globalization;
using Spectre.Console;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Plans;

/// <summary>A plan on the terminal.</summary>
internal static class PlanTable
{
    private const int NameWidth = 15;

    public static void Write(TrainingPlan plan)
    {
        var (backbone, all, trained) = (Count(plan.BackboneParameters), Count(plan.Parameters), Count(plan.TrainedParameters));
        Row("parameters", $"{backbone} in the backbone, {all} with heads and momentum encoders, {trained} trained");
        Row("steps", Text($"{plan.Steps:N0}: {plan.StepsPerEpoch:N0} an epoch, {plan.BatchSize:N0} of {plan.Images:N0} images each"));
        if (plan.Calibration is { } measured)
        {
            var imagesPerSecond = plan.BatchSize / measured.SecondsPerStep;
            Row(
                "operations",
                Text($"{measured.ForwardFlops / 1e9:G3} GFLOP an image forward, {measured.Flops / 1e9:G3} with the gradient: ")
                + Text($"{measured.Flops * plan.BatchSize / measured.SecondsPerStep / 1e9:G3} GFLOP/s"));
            Row(
                "a step",
                Text($"{measured.SecondsPerStep * 1e3:N1} ms, {imagesPerSecond:N0} images/s, ")
                + Text($"{measured.Waiting:P0} of it waiting for images (mean of {measured.Steps})"));
            Row("training", $"{Duration(measured.TrainingSeconds)}, without the evaluation");
            Row("memory", Text($"{measured.PeakMemory / 1e9:N2} GB at most, as measured in these steps"));
            if (measured.GpuMemory is { } gpu)
            {
                Row("", Text($"{gpu / 1e9:N2} GB of the GPU, with what other programs hold"));
            }

            Row(
                "a checkpoint",
                Text($"{measured.CheckpointBytes / 1e6:G3} MB, written in {measured.CheckpointSeconds:N2} s; two are kept"));
        }

        if (plan.Features is { } features)
        {
            var more = features.Bytes > features.Limit ? "more stay in the CPU's memory; " : "";
            Row(
                "the evaluation",
                Text($"{features.Bytes / 1e6:N0} MB of features of {features.Images:N0} images at the last layer; ")
                + Text($"of all layers at most {features.Limit / 1e6:N0} MB at once ({more}\"evaluation.featureMegabytes\")"));
        }

        if (plan.Exchange is { } exchange)
        {
            Row(
                "exchange",
                Text($"{exchange.Bytes / 1e6:G3} MB a step from each of {exchange.Ranks} processes, ")
                + Text($"{exchange.Seconds * 1e3:G3} ms at {exchange.GigabitsPerSecond:G4} Gbit/s"));
        }

        var console = ResultConsole.Open();
        foreach (var warning in plan.Warnings)
        {
            console.MarkupLine($"[yellow]note[/] {Markup.Escape(Printable.Line(warning))}");
        }
    }

    /// <summary>What goes on stands below the text.</summary>
    private static void Row(string name, string text)
    {
        var wrapped = WordWrap.Wrap(Printable.Line(text), ResultConsole.Width - NameWidth);
        var below = "\n" + new string(' ', NameWidth);
        Console.WriteLine(name.PadRight(NameWidth) + wrapped.Replace("\n", below, StringComparison.Ordinal));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count) => count < 100_000 ? Text($"{count:N0}") : Text($"{count / 1e6:N2} M");

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => Text($"{seconds:N0} s"),
        < 7200 => Text($"{seconds / 60:N0} minutes"),
        < 172_800 => Text($"{seconds / 3600:N1} hours"),
        _ => Text($"{seconds / 86_400:N1} days"),
    };
}
