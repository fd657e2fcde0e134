using SslFramework.Host.Evaluation;

namespace SslFramework.Tests.Host.Evaluation;

[TestClass]
public class EvaluationTableTests
{
    [TestMethod]
    public void Print_Layers_AreRowsFromInputToOutput()
    {
        var text = Print(Result("linear-probe", "features"), Result("linear-probe", "conv1"), Result("linear-probe", "layer4"), Result("knn", "features"));
        string[] rows = [.. text.Split('\n').Where(line => line.Contains("top-1", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split('│')[1..3].Select(cell => cell.Trim())))];
        CollectionAssert.AreEqual(new[] { "linear-probe top-1 conv1", "linear-probe top-1 layer4", "linear-probe top-1 features", "knn top-1 features" }, rows);
    }

    [TestMethod]
    public void Print_EveryMetric_IsARow_ButNotHowItCameAbout()
    {
        var result = Result("clusters", "features") with { Metric = "nmi" };
        var text = Print(result, result with { Metric = "ari" }, result with { Metric = "learning rate", Kind = MeasurementKind.Detail });
        Assert.Contains("clusters nmi", text);
        Assert.Contains("clusters ari", text);
        Assert.DoesNotContain("learning rate", text);
    }

    [TestMethod]
    public void Print_WhatMustBeSaid_StandsBelow()
    {
        var broken = Result("knn", "features") with { Value = double.NaN, Remark = "The features are NaN." };
        var text = Print(broken, broken with { Metric = "top-5" }, Result("diagnostics", "features") with { Metric = "effective rank", Kind = MeasurementKind.Description });
        Assert.AreEqual(2, text.Split("knn of trained, layer features: The features are NaN.").Length, "once for both numbers");
        Assert.Contains("Look at the rank of the last layer", text.ReplaceLineEndings(" "));
    }

    private static string Print(params SubjectResult[] results)
    {
        var stdout = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            EvaluationTable.Print(results);
            return text.ToString();
        }
        finally
        {
            Console.SetOut(stdout);
        }
    }

    private static SubjectResult Result(string evaluator, string layer) => new(evaluator, "trained", layer, "top-1", 50, null, "p", "w");
}
