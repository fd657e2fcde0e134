using System.Diagnostics;
using SslFramework.Fuzz;

namespace SslFramework.Tests.Fuzz;

/// <summary>Every parser on every input that is kept, and on some that are made from them.</summary>
[TestClass]
public class CorpusTests
{
    private const int Changed = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.3);

    private static FuzzTargets? targets;

    /// <summary>Made anew: a test case is listed before the class is set up.</summary>
    public static IEnumerable<object[]> Names
    {
        get
        {
            using var all = New();
            return [.. all.All.Select(target => new object[] { target.Name })];
        }
    }

    [ClassInitialize]
    public static void Make(TestContext context) => targets = New();

    [ClassCleanup]
    public static void Delete() => targets?.Dispose();

    [TestMethod]
    [Case("S3")]
    [DynamicData(nameof(Names))]
    public void Parser_KeptInputsAndChangesOfThem_AreReadOrRefused(string name)
    {
        var target = targets!.Find(name)!;
        var corpus = Corpus.Of(target, Path.Combine(Repository.Root, "tests", "SslFramework.Fuzz", "corpus")).ToArray();
        Assert.IsNotEmpty(corpus);

        var run = new FuzzRun(target, seed: 1);
        run.Begin(corpus);
        if (Figures.IsSoak)
        {
            var clock = Stopwatch.StartNew();
            run.Go(() => clock.Elapsed < TimeSpan.FromMinutes(10));
            Figures.Add($"Fuzzing for 10 minutes without a finding, inputs: {name}", run.Runs);
        }
        else
        {
            run.Go(() => run.Runs < corpus.Length + Changed);
            Figures.Add($"Fuzzing in every test, inputs: {name}", run.Runs);
        }

        Assert.IsGreaterThan(1, run.Answers, "every input was answered alike: the parser is not reached");
    }

    [TestMethod]
    [DataRow("exception", "KeyNotFoundException")]
    [DataRow("memory", "MiB of memory")]
    [DataRow("time", "it took 0.")]
    [DataRow("tensor", "left tensors behind")]
    public void Run_AFault_IsFound(string fault, string expected)
    {
        var target = new FuzzTarget("test", input =>
        {
            _ = fault switch
            {
                _ when !input.Contains((byte)'!') => null,
                "exception" => new Dictionary<int, object>()[1],
                "memory" => new byte[65 << 20],
                "time" => Spin(2 * Patience),
                _ => (object)zeros(1),
            };
        })
        { Words = ["!"] };

        var run = new FuzzRun(target, seed: 1) { Longest = Patience };
        run.Begin(["x"u8.ToArray()]);
        StringAssert.Contains(Assert.ThrowsExactly<FindingException>(() => run.Go(() => run.Runs < 1000)).Message, expected);
    }

    [TestMethod]
    public void Run_SlowBecauseOthersWork_IsNoFault() =>
        Assert.IsTrue(new FuzzRun(new FuzzTarget("test", _ => Thread.Sleep(TimeSpan.FromSeconds(2.1))), seed: 1).Try([1]));

    [TestMethod]
    public void Run_SlowOnceOnly_IsNoFault()
    {
        var runs = 0;
        var target = new FuzzTarget("test", input => Spin(runs++ == 0 ? 2 * Patience : TimeSpan.Zero));
        Assert.IsTrue(new FuzzRun(target, seed: 1) { Longest = Patience }.Try([1]));
        Assert.AreEqual(2, runs);
    }

    [TestMethod]
    public void Mutate_SameSeed_GivesTheSameInputs()
    {
        CollectionAssert.AreEqual(Some(1), Some(1));
        CollectionAssert.AreNotEqual(Some(1), Some(2));

        static byte[] Some(int seed)
        {
            var mutator = new Mutator(new Random(seed), ["word"]);
            return [.. Enumerable.Range(0, 50).SelectMany(_ => mutator.Mutate("some input"u8.ToArray(), "another"u8.ToArray()))];
        }
    }

    private static object? Spin(TimeSpan time)
    {
        for (var begin = Environment.CpuUsage.TotalTime; Environment.CpuUsage.TotalTime - begin < time;)
        {
        }

        return null;
    }

    private static FuzzTargets New() => new(PluginStage.Compiled("GoodPlugin"), Repository.Plugins);
}
