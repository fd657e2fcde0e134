using SslFramework.Plugins.Jigsaw;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Jigsaw;

[TestClass]
public class PermutationSetTests
{
    public static IEnumerable<object[]> Searches => Golden.Open("jigsaw.json").GetProperty("permutations").GetProperty("runs").EnumerateObject()
        .Where(run => run.Name.StartsWith("exact", StringComparison.Ordinal)).Select(run => new object[] { run.Name });

    [TestMethod]
    [DynamicData(nameof(Searches))]
    public void Of_TheSearchInWholeNumbers_GivesItsRowsAndDistances(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("jigsaw.json").GetProperty("permutations").GetProperty("runs").GetProperty(name);
        var words = name.Split(' '); // exact maximin 100 of 9 tiles
        var choice = words[1] == "mean" ? PermutationChoice.Mean : PermutationChoice.MaxMin;
        var set = PermutationSet.Of(int.Parse(words[4]), int.Parse(words[2]), choice);
        string[] expected = [.. golden.GetProperty("rows").EnumerateArray().Select(row => row.GetString()!)];
        CollectionAssert.AreEqual(expected, Rows(set).Take(expected.Length).ToArray());

        var distances = Distances(set);
        Assert.AreEqual(golden.GetProperty("mean_distance").GetDouble(), distances.Average(), 1e-9);
        Assert.AreEqual(golden.GetProperty("least_distance").GetInt32(), distances.Min());
    }

    /// <summary>The authors' hundred have the same mean and least distance as those that lie far apart on average.</summary>
    [TestMethod]
    public void Of_AHundredByTheMean_AreLikeTheAuthors()
    {
        using var scope = NewDisposeScope();
        var authors = Golden.Open("jigsaw.json").GetProperty("permutations").GetProperty("authors_100");
        var distances = Distances(PermutationSet.Of(9, 100, PermutationChoice.Mean));
        Assert.AreEqual(authors.GetProperty("mean_distance").GetDouble(), distances.Average(), 5e-4);
        Assert.AreEqual(authors.GetProperty("least_distance").GetInt32(), distances.Min());
    }

    [TestMethod]
    [DataRow(PermutationChoice.Mean)]
    [DataRow(PermutationChoice.MaxMin)]
    public void Of_AnyChoice_IsWhatTheLiteralSearchFinds(PermutationChoice choice)
    {
        using var scope = NewDisposeScope();
        int[][] all = [.. Orders([], 5)];
        List<int[]> chosen = [all[0]];
        while (chosen.Count < 30)
        {
            int Sum(int[] candidate) => chosen.Sum(row => Distance(row, candidate));
            int Least(int[] candidate) => chosen.Min(row => Distance(row, candidate));
            chosen.Add(all.Where(candidate => Least(candidate) > 0) // stable: the first in lexicographic order comes first
                .OrderByDescending(candidate => choice == PermutationChoice.MaxMin ? Least(candidate) : 0).ThenByDescending(Sum).First());
        }

        CollectionAssert.AreEqual(chosen.Select(row => string.Concat(row)).ToArray(), Rows(PermutationSet.Of(5, 30, choice)));

        static IEnumerable<int[]> Orders(int[] start, int tiles) => start.Length == tiles ? [start] :
            Enumerable.Range(0, tiles).Except(start).SelectMany(tile => Orders([.. start, tile], tiles));
    }

    private static int Distance(int[] one, int[] other) => one.Zip(other, (a, b) => a == b ? 0 : 1).Sum();

    private static string[] Rows(Tensor set) =>
        [.. Enumerable.Range(0, (int)set.shape[0]).Select(row => string.Concat(set[row].data<long>()))];

    /// <summary>Of every two different rows.</summary>
    private static int[] Distances(Tensor set)
    {
        var differ = set.unsqueeze(0).ne(set.unsqueeze(1)).sum(2, type: ScalarType.Int64); // [P, P]
        var p = (int)set.shape[0];
        return [.. from i in Enumerable.Range(0, p) from j in Enumerable.Range(0, i) select (int)differ[i, j].item<long>()];
    }
}
