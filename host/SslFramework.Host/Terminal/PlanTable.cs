using System.Globalization;
using Spectre.Console;
using SslFramework.Host.Plans;

namespace SslFramework.Host.Terminal;

/// <summary>A plan on the terminal.</summary>
internal static class PlanTable
{
    public static void Write(TrainingPlan plan)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 3, 0)).AddColumn();
        Row("parameters", $"{Millions(plan.BackboneParameters)} in the backbone, {Millions(plan.Parameters)} with heads and momentum encoders, {Millions(plan.TrainedParameters)} trained");
        Row("steps", Text($"{plan.Steps:N0}: {plan.StepsPerEpoch:N0} an epoch, {plan.BatchSize:N0} of {plan.Images:N0} images each"));
        if (plan.Calibration is { } measured)
        {
            Row("operations", Text($"{measured.ForwardFlops / 1e9:G3} GFLOP an image forward, {measured.Flops / 1e9:G3} with the gradient: {measured.Flops * plan.BatchSize / measured.SecondsPerStep / 1e9:N0} GFLOP/s"));
            Row("a step", Text($"{measured.SecondsPerStep * 1e3:N1} ms, {plan.BatchSize / measured.SecondsPerStep:N0} images/s, {measured.Waiting:P0} of it waiting for images (mean of {measured.Steps})"));
            Row("training", $"{Duration(measured.TrainingSeconds)}, without the evaluation");
            Row("memory", Text($"{measured.PeakMemory / 1e9:N2} GB at most, as measured in these steps"));
            if (measured.GpuMemory is { } gpu)
            {
                Row("", Text($"{gpu / 1e9:N2} GB of the GPU, with what other programs hold"));
            }

            Row("a checkpoint", Text($"{measured.CheckpointBytes / 1e6:N1} MB, written in {measured.CheckpointSeconds:N2} s; two are kept"));
        }

        if (plan.Exchange is { } exchange)
        {
            Row("exchange", Text($"{exchange.Bytes / 1e6:N1} MB a step from each of {exchange.Ranks} processes, {exchange.Seconds * 1e3:N1} ms at {exchange.GigabitsPerSecond:G4} Gbit/s"));
        }

        var console = ResultConsole.Open();
        console.Write(grid);
        foreach (var warning in plan.Warnings)
        {
            console.MarkupLine($"[yellow]note[/] {Markup.Escape(Printable.Line(warning))}");
        }

        void Row(string name, string text) => grid.AddRow(new Text(name), new Text(Printable.Line(text)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Millions(long count) => Text($"{count / 1e6:N2} M");

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => Text($"{seconds:N0} s"),
        < 7200 => Text($"{seconds / 60:N0} minutes"),
        < 172_800 => Text($"{seconds / 3600:N1} hours"),
        _ => Text($"{seconds / 86_400:N1} days"),
    };
}
