using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Plugins.RevNet;

namespace SslFramework.Benchmarks;

/// <summary>
/// What a forward and a backward pass add to a process's resident memory at their peak, each network in a process of its own: its
/// gradients, which are as large as its weights, and the activations that it keeps or computes again. In float32, without an optimizer.
/// </summary>
internal static class StepMemory
{
    private const double Mega = 1e6;
    private static readonly DataInfo Color = new(1, 3);

    private static readonly (string Name, Func<IBackbone> Create)[] Networks =
    [
        ("resnet50", () => new ResNet50(new(), Color)),
        ("resnet50, recompute", () => new ResNet50(new() { Recompute = true }, Color)),
        ("revnet50", () => new RevNet50(new(), Color)),
        ("revnet50, keepActivations", () => new RevNet50(new() { KeepActivations = true }, Color)),
    ];

    /// <summary>Prints a table, with ratios to the first network.</summary>
    public static void Run(int images, int side)
    {
        Console.WriteLine($"{images} images of {side} × {side}: MB that a step adds at its peak, and those without gradients.");
        Console.WriteLine($"{"network",-26} {"weights",8} {"peak",7} {"ratio",6} {"without",8} {"ratio",6}");
        var first = default((double Peak, double Kept)?);
        for (var number = 0; number < Networks.Length; number++)
        {
            var (weights, peak) = InAProcess(number, images, side);
            var kept = peak - weights;
            first ??= (peak, kept);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Networks[number].Name,-26} {weights / Mega,8:F0} {peak / Mega,7:F0} {peak / first.Value.Peak,6:F2} {kept / Mega,8:F0} {kept / first.Value.Kept,6:F2}"));
        }
    }

    /// <summary>Takes a step of one network, and prints the bytes of its weights and of the peak.</summary>
    public static void Measure(int number, int images, int side)
    {
        var network = Networks[number].Create();
        Step(network, 1, side); // what libraries take once
        network.Module.zero_grad();
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
        var before = Status("VmRSS");
        Step(network, images, side);
        Console.WriteLine($"{network.Module.parameters().Sum(p => p.numel() * p.element_size())} {Status("VmHWM") - before}");
    }

    private static void Step(IBackbone network, int images, int side)
    {
        using var scope = NewDisposeScope();
        network.Forward(rand(images, Color.Channels, side, side)).square().mean().backward();
    }

    private static (double Weights, double Peak) InAProcess(int number, int images, int side)
    {
        string[] arguments = ["memory", "--images", $"{images}", "--side", $"{side}", "--network", $"{number}"];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var numbers = process.StandardOutput.ReadToEnd().Trim().Split('\n')[^1].Split(' ');
        process.WaitForExit();
        return (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A line of this process's status, in bytes.</summary>
    private static long Status(string name)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
