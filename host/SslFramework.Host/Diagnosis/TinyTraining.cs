using System.Diagnostics;
using System.Text.Json;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>
/// Two steps of training, a checkpoint and the end, in a process of its own: an instruction that the processor lacks, or an
/// abort in native code, ends that one.
/// </summary>
internal static class TinyTraining
{
    private const string Crop = """{ "name": "randomCrop", "size": 16, "padding": 2 }""";

    private const string Experiment = $$"""
        {
          "name": "doctor", "threads": 1,
          "data": { "name": "synthetic", "count": 16, "size": 16 },
          "augmentation": { "name": "recipe", "views": [ { "steps": [ {{Crop}}, "normalize" ] } ] },
          "backbone": { "name": "resnet18", "stem": "small", "width": 4, "blocksPerStage": [1] },
          "objective": "rotation", "optimizer": "sgd",
          "schedule": { "name": "cosine", "learningRate": 0.01 },
          "training": { "epochs": 1, "batchSize": 8 }
        }
        """;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    public static Finding Try(IReadOnlyList<string> pluginFolders, string? lockFile)
    {
        var folder = Machine.ScratchFolder.Make("ssl-doctor-");
        try
        {
            var file = Path.Combine(folder, "doctor.json");
            File.WriteAllText(file, Experiment);
            var clock = Stopwatch.StartNew();
            string[] locked = lockFile is null ? [] : ["--locked", lockFile];
            var folders = pluginFolders.SelectMany(plugins => new[] { "--plugins", plugins });
            using var process = Start(["train", file, "--runs", folder, "--group", "single", .. folders, .. locked]);
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Longest))
            {
                process.Kill(entireProcessTree: true);
                return new("training", Health.Bad, $"two steps did not end in {Longest.TotalSeconds:F0} s");
            }

            Task.WaitAll(errors, output);
            return process.ExitCode != 0 ? new("training", Health.Bad, $"two steps ended with exit code {process.ExitCode}: "
                + $"{LastLine(errors.Result)}")
                : Incident(Path.Combine(folder, "doctor", RunFiles.Incidents)) is { } sentence
                    ? new("training", Health.Bad, $"of two steps one went wrong: {sentence}")
                : new("training", Health.Good, "two steps and a checkpoint in a process of its own, "
                    + $"{clock.Elapsed.TotalSeconds:F1} s with its start");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>This program again, by its own executable or, where there is none, by dotnet.</summary>
    private static Process Start(string[] arguments)
    {
        var library = typeof(TinyTraining).Assembly.Location;
        var executable = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = File.Exists(executable)
            ? new ProcessStartInfo(executable, arguments)
            : new ProcessStartInfo("dotnet", [library, .. arguments]);
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        return Process.Start(start)!;
    }

    /// <summary>The first thing that a run survived, such as a step that was skipped; null if there was none.</summary>
    private static string? Incident(string log)
    {
        if (File.ReadLines(log).FirstOrDefault() is not { } line)
        {
            return null;
        }

        using var incident = JsonDocument.Parse(line);
        return incident.RootElement.GetProperty("sentence").GetString();
    }

    private static string LastLine(string text)
    {
        const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return text.Split('\n', Plain).LastOrDefault() ?? "it said nothing";
    }
}
