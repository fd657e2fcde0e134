using System.Diagnostics;
using System.Reflection;
using SslFramework.Core.Optimization;
using TorchSharp;

namespace SslFramework.Tests.Reliability;

/// <summary>Numbers that are handed to libtorch live until it has read them, whenever the collector comes. SSL_SOAK tries for ten minutes.</summary>
[TestClass]
public class ScalarTests
{
    private static readonly TimeSpan Duration = Figures.IsSoak ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(1.5);

    [TestMethod]
    public void TorchSharp_OfTheTestsAndOfTheHost_KeepsItsArguments()
    {
        Assert.IsTrue(typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
        var own = File.ReadAllBytes(typeof(torch).Assembly.Location);
        Assert.IsTrue(own.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.HostFolder, "TorchSharp.dll"))));
    }

    [TestMethod]
    public void Calls_WhileTheCollectorRuns_ReadTheirNumbers()
    {
        using var scope = NewDisposeScope();
        var (ones, weight, upstream) = (torch.ones(4), new TorchSharp.Modules.Parameter(zeros(4)), torch.ones(4));
        using var sgd = new Sgd(new() { Momentum = 0, WeightDecay = 0 }, new([("weight", weight)]));
        using var adamW = new AdamW(new() { WeightDecay = 0.5 }, new([("weight", weight)]));
        weight.grad = upstream;
        var calls = 0L;
        var clock = Stopwatch.StartNew();
        using (new Collector())
        {
            for (; clock.Elapsed < Duration; calls += 6)
            {
                using var step = NewDisposeScope();
                AssertAll(4, ones.add(1.5, 2));
                AssertAll(1.5f, ones.mul(3).div(2));
                AssertAll(0.25f, torch.full(4, 8).clamp(0, 0.25));
                AssertAll(2.5f, torch.zeros(4).lerp_(ones, 2.5));
                using (no_grad())
                {
                    weight.fill_(1);
                    sgd.Step(new(0.25));
                    AssertAll(0.75f, weight);
                    weight.fill_(1);
                    adamW.Step(new(0.25)); // gradient 1 at every step: the mean over the root of the squares is 1; 1 − 0.25·0.5·1 − 0.25
                    AssertAll(0.625f, weight);
                }
            }
        }

        Figures.Add("Calls with numbers beside a collector that always runs, none with another number", calls);
    }

    private static void AssertAll(float expected, Tensor actual)
    {
        var numbers = actual.data<float>().ToArray();
        Assert.IsTrue(Array.TrueForAll(numbers, number => Math.Abs(number - expected) < 1e-5), $"{string.Join(", ", numbers)} in place of {expected}");
    }

    /// <summary>Collects young objects, and waits for their finalizers, as often as it can.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly Thread thread;
        private volatile bool isOver;

        public Collector()
        {
            thread = new Thread(() =>
            {
                while (!isOver)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            });
            thread.Start();
        }

        public void Dispose()
        {
            isOver = true;
            thread.Join();
        }
    }
}
