using System.Diagnostics;
using System.Reflection;

namespace SslFramework.Tests.Core;

/// <summary>Numbers that are handed to libtorch live until it has read them, whenever the collector comes.</summary>
[TestClass]
public class ScalarTests
{
    [TestMethod]
    public void TorchSharp_OfTheTestsAndOfTheHost_KeepsItsArguments()
    {
        Assert.IsTrue(typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
        var own = File.ReadAllBytes(typeof(torch).Assembly.Location);
        Assert.IsTrue(own.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.HostFolder, "TorchSharp.dll"))));
    }

    [TestMethod]
    public void Add_WhileTheCollectorRuns_AddsTheNumber()
    {
        var clock = Stopwatch.StartNew();
        var isOver = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using var ones = torch.ones(4);
            while (clock.ElapsedMilliseconds < 700)
            {
                using var sum = ones.add(1.5, 2);
                Assert.AreEqual(4f, sum.data<float>()[0]);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            collector.Join();
        }
    }
}
