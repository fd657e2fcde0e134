using System.Diagnostics;
using SslFramework.Core.Distributed;
using SslFramework.Engine.Distributed.Nccl;
using SslFramework.Host.Plugins;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Engine.Distributed.Nccl;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
internal class NcclGroupTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-nccl-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Calls_OfAStandIn_GetTheirArguments(int count)
    {
        var library = StandIn();
        Assert.AreEqual(22705, library.Version);
        var ranks = ThreadGroup.Run(count, processes =>
        {
            using var group = new NcclGroup(processes, library, DeviceType.CPU);
            using var scope = NewDisposeScope();
            var (sum, own, same) = (arange(5, float64) * (group.Rank + 1), tensor(new[] { group.Rank, 7 }), full(3, group.Rank + 5, int64));
            var all = empty(count, 2, int32);
            group.Sum(sum);
            group.Gather(own, all);
            group.Broadcast(same);
            var whole = tensor((long)group.Rank);
            group.Sum(whole);
            return (Sum: sum.data<double>().ToArray(), All: all.data<int>().ToArray(), Same: same.data<long>().ToArray(), Whole: whole.item<long>());
        });
        var factor = count * (count + 1) / 2;
        foreach (var (sum, all, same, whole) in ranks)
        {
            CollectionAssert.AreEqual(new double[] { 0, factor, 2 * factor, 3 * factor, 4 * factor }, sum);
            CollectionAssert.AreEqual(Enumerable.Range(0, count).SelectMany(rank => new[] { rank, 7 }).ToArray(), all);
            CollectionAssert.AreEqual(new long[] { 5, 5, 5 }, same);
            Assert.AreEqual(count * (count - 1) / 2, whole);
        }
    }

    [TestMethod]
    public void Training_OverAStandIn_IsThatOfOneProcess()
    {
        var library = StandIn();
        var installation = Installation.Load([Repository.Plugins]);
        var config = SmallTraining.Experiment("moco-v1-fashion-mnist", installation, folder);
        var alone = SmallTraining.Train(config, installation, SingleProcess.Instance, float64);
        var several = ThreadGroup.Run(2, processes =>
        {
            using var group = new NcclGroup(processes, library, DeviceType.CPU);
            return SmallTraining.Train(config, installation, group, float64);
        });
        Assert.IsLessThan(1e-10, SmallTraining.Difference(alone.State, several[1].State).Value);
    }

    /// <summary>The library itself, in a world of one GPU.</summary>
    [TestMethod]
    public void Calls_OnAGpu_DoWhatTheySay()
    {
        if (!cuda.is_available() || NcclLibrary.Find() is not { } library)
        {
            Assert.Inconclusive(cuda.is_available() ? "There is no NCCL here: neither libnccl.so.2 nor the functions in libtorch_cuda.so." : "There is no GPU here.");
            return;
        }

        using var group = new NcclGroup(SingleProcess.Instance, library);
        using var scope = NewDisposeScope();
        var values = arange(1000, float32, CUDA);
        var all = empty(1000, float32, CUDA);
        group.Sum(values);
        group.Gather(values, all);
        group.Broadcast(all);
        Console.WriteLine($"{library.Name}, version {library.Version}");
        Assert.IsTrue(all.cpu().eq(arange(1000, float32)).all().ToBoolean());
    }

    /// <summary>NCCL's signatures over the processor's memory, built here.</summary>
    private NcclLibrary StandIn()
    {
        var file = Path.Combine(folder, "libnccl-stand-in.so");
        string[] arguments = ["-O1", "-shared", "-fPIC", "-pthread", "-o", file, Path.Combine(Repository.Root, "tests", "SslFramework.Tests", "Engine", "Distributed", "Nccl", "nccl-stand-in.c")];
        try
        {
            using var compiler = Process.Start("gcc", arguments);
            compiler.WaitForExit();
            Assert.AreEqual(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive("gcc is not installed (Debian: gcc); nothing is known of the NCCL binding.");
        }

        return NcclLibrary.Load(file);
    }
}
