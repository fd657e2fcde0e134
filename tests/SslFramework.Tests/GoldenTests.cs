namespace SslFramework.Tests;

[TestClass]
public class GoldenTests
{
    [TestMethod]
    public void Unit_ExamplesOfTheFormula_AreEqual()
    {
        foreach (var example in Golden.Open("formula.json").GetProperty("examples").EnumerateObject())
        {
            var expected = example.Value.EnumerateArray().Select(v => v.GetDouble()).ToArray();
            var actual = Golden.Unit(example.Name, expected.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], actual[i], 1e-11, $"{example.Name}[{i}]");
            }
        }
    }
}
