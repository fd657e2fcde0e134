using SslFramework.Host.Evaluation;
using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class EvaluationTableTests
{
    [TestMethod]
    public void Print_Layers_AreRowsFromInputToOutput()
    {
        var stdout = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            EvaluationTable.Print([Result("linear-probe", "features"), Result("linear-probe", "conv1"), Result("linear-probe", "layer4"), Result("knn", "features")]);
        }
        finally
        {
            Console.SetOut(stdout);
        }

        string[] rows = [.. text.ToString().Split('\n').Where(line => line.Contains("top-1", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split('│')[1..3].Select(cell => cell.Trim())))];
        CollectionAssert.AreEqual(new[] { "linear-probe top-1 conv1", "linear-probe top-1 layer4", "linear-probe top-1 features", "knn top-1 features" }, rows);
    }

    private static SubjectResult Result(string evaluator, string layer) => new(evaluator, "trained", layer, "top-1", 50, null, "p", "w");
}
