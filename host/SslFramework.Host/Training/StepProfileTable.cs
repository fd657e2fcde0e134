using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SslFramework.Engine.Training;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>Where the time of training steps goes, on the terminal and as JSON.</summary>
internal static class StepProfileTable
{
    /// <param name="profile">At least one step.</param>
    /// <param name="batchSize">Images of a step.</param>
    /// <param name="file">The JSON.</param>
    public static void Write(StepProfile profile, int batchSize, string file)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns(new TableColumn("part of a step"), new TableColumn("ms").RightAligned(), new TableColumn("%").RightAligned());
        foreach (var part in Enum.GetValues<StepPart>())
        {
            Row(Name(part), profile.Of(part));
        }

        table.AddEmptyRow();
        Row(string.Create(CultureInfo.InvariantCulture, $"all, mean of {profile.Steps}"), profile.Total);
        ResultConsole.Open().Write(table);
        var speed = batchSize * profile.Steps / profile.Total.TotalSeconds;
        var gpu = profile.PeakGpuMemory is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $", {bytes / 1e6:N0} MB of the GPU")
            : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{speed:N0} images/s, {profile.PeakMemory / 1e6:N0} MB at most{gpu}"));
        File.WriteAllText(file, Json.Text(ToJson(profile)) + "\n");

        void Row(string name, TimeSpan time) => table.AddRow(
            name,
            (time.TotalMilliseconds / profile.Steps).ToString("N2", CultureInfo.InvariantCulture),
            (100 * (time / profile.Total)).ToString("N1", CultureInfo.InvariantCulture));
    }

    private static JsonObject ToJson(StepProfile profile) => new()
    {
        ["steps"] = profile.Steps,
        ["millisecondsPerStep"] = new JsonObject(Enum.GetValues<StepPart>().Select(part =>
            KeyValuePair.Create(Key($"{part}"), (JsonNode?)Json.Number(profile.Of(part).TotalMilliseconds / profile.Steps)))),
        ["peakMemoryBytes"] = profile.PeakMemory,
        ["gpuMemoryBytes"] = profile.PeakGpuMemory,
    };

    private static string Key(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Name(StepPart part) => part switch
    {
        StepPart.Data => "waiting for images",
        StepPart.Forward => "forward",
        StepPart.Backward => "backward",
        StepPart.Optimizer => "gradient norm, clipping, optimizer",
        StepPart.AfterUpdate => "momentum encoder and the like",
        _ => "seeds, buffers, checks",
    };
}
