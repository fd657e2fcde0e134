using SslFramework.Engine.Evaluation.Dense;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class AssignmentTests
{
    [TestMethod]
    public void Largest_ByHand_GivesUpTheLargestForMoreTogether() =>
        CollectionAssert.AreEqual(new[] { 1, 0 }, Assignment.Largest(new long[,] { { 10, 9 }, { 8, 1 } }));

    /// <summary>Against every order of the columns.</summary>
    [TestMethod]
    [DataRow(1, 5)]
    [DataRow(3, 4)]
    [DataRow(6, 3)]
    [DataRow(6, 1000)]
    [DataRow(7, 1_000_000_000)]
    public void Largest_OfRandomGains_IsTheBestOfAllOrders(int side, int most)
    {
        for (var trial = 0; trial < 20; trial++)
        {
            var random = new SampleRandom((ulong)trial, 0, 0, 0);
            var gains = new long[side, side];
            for (var i = 0; i < side * side; i++)
            {
                gains[i / side, i % side] = random.Next(most);
            }

            var found = Assignment.Largest(gains);
            CollectionAssert.AreEqual(Enumerable.Range(0, side).ToArray(), found.Order().ToArray(), "each column once");
            Assert.AreEqual(Best(gains, 0, new bool[side]), found.Select((column, row) => gains[row, column]).Sum());
        }
    }

    private static long Best(long[,] gains, int row, bool[] taken) => row == taken.Length ? 0 : Enumerable.Range(0, taken.Length).Where(c => !taken[c]).Max(c =>
    {
        taken[c] = true;
        var sum = gains[row, c] + Best(gains, row + 1, taken);
        taken[c] = false;
        return sum;
    });
}
