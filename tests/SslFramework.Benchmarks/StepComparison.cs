using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SslFramework.Benchmarks;

/// <summary>
/// Times training steps, ours by <c>ssl train --profile</c> and PyTorch's by peer/step.py, each in processes of their own, in turns.
/// Ours without the wait for images, for the peer makes its views before the clock starts; with everything else that the loop does.
/// </summary>
internal sealed class StepComparison(string ssl, string? peer, int rounds, int steps, int threads, string device)
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-steps").FullName;

    /// <summary>Prints a table.</summary>
    public void Run(IEnumerable<(string Method, string Size, string Precision)> cases)
    {
        Console.WriteLine($"{device}, {threads} threads, {rounds} rounds of {steps} steps in turns after 3 to warm up and up to {steps} in the first two seconds, medians. .NET {Environment.Version}.");
        if (peer is null)
        {
            Console.WriteLine("NO PEER: name one with --peer \"python3\" (see README.md). Its columns are left out.");
        }

        if (device == "cpu")
        {
            Console.WriteLine($"peak here: {PeakSpeed.Measure(threads)}");
        }

        if (device == "cpu" && peer is not null)
        {
            Console.WriteLine($"peak of the peer: {PeakSpeed.OfPeer(OutputOfPeer("peak.py", $"{threads}"))}");
        }

        Console.WriteLine($"{"method",-10} {"size",-6} {"",-5} {"ms",9} {"peer",9} {"ratio",6} {"update",7} {"MB",7} {"peer",7} {"ratio",6}");
        var ratios = new List<double>();
        foreach (var (method, size, precision) in cases)
        {
            var (ours, theirs) = (new List<Measured>(), new List<Measured>());
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(Ours(method, size, precision));
                theirs.Add(Theirs(method, size, precision));
            }

            var (time, peerTime) = (Median(ours, m => m.Milliseconds), Median(theirs, m => m.Milliseconds));
            var (memory, peerMemory) = (Median(ours, m => m.Megabytes), Median(theirs, m => m.Megabytes));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{method,-10} {size,-6} {precision,-5} {time,9:F1} {peerTime,9:F1} {time / peerTime,6:F2} {Median(ours, m => m.Update) / time,7:P1} {memory,7:F0} {peerMemory,7:F0} {memory / peerMemory,6:F2}"));
            ratios.Add(time / peerTime);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"geometric mean of the ratios of time: {Math.Exp(ratios.Average(Math.Log)):F3}"));
        Directory.Delete(folder, recursive: true);
    }

    private Measured Ours(string method, string size, string precision)
    {
        var file = StepExperiments.Write(folder, method, size, precision, threads, device);
        var runs = Path.Combine(folder, "runs");
        Output(ssl, ["train", file, "--runs", runs, "--profile", $"{steps}", "--overwrite", "--no-report", "--quiet"]);
        var profile = JsonNode.Parse(File.ReadAllText(Path.Combine(runs, $"{method}-{size}-{precision}", "profile.json")))!;
        Directory.Delete(runs, recursive: true);
        var parts = profile["millisecondsPerStep"]!.AsObject().ToDictionary(part => part.Key, part => part.Value!.GetValue<double>());
        return new(
            parts.Values.Sum() - parts["data"], parts["optimizer"] + parts["afterUpdate"], (profile["gpuMemoryBytes"] ?? profile["peakMemoryBytes"])!.GetValue<long>() / 1e6);
    }

    private Measured Theirs(string method, string size, string precision)
    {
        if (peer is null)
        {
            return new(double.NaN, 0, double.NaN);
        }

        var printed = OutputOfPeer("step.py", method, size, precision, $"{StepExperiments.BatchSize(method, size, device)}", $"{steps}", $"{threads}", device);
        var numbers = printed.Trim().Split('\n')[^1].Split(' ');
        return new(double.Parse(numbers[0], CultureInfo.InvariantCulture), 0, double.Parse(numbers[1], CultureInfo.InvariantCulture) / 1e6);
    }

    private string OutputOfPeer(string script, params string[] arguments)
    {
        var words = peer!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Output(words[0], [.. words[1..], Path.Combine(AppContext.BaseDirectory, "peer", script), .. arguments]);
    }

    private static string Output(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}; its own message stands above.");
    }

    private static double Median(List<Measured> all, Func<Measured, double> number) => all.Select(number).Order().ElementAt(all.Count / 2);

    private sealed record Measured(double Milliseconds, double Update, double Megabytes);
}
