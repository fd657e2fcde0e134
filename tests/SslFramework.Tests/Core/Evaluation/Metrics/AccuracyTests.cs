using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
public class AccuracyTests
{
    [TestMethod]
    public void MeanPerClass_ClassesOfDifferentSizes_CountTheSame()
    {
        using var scope = NewDisposeScope();
        var ranks = tensor(new long[] { 0, 0, 0, 1, 0, 3, 2 });
        var labels = tensor(new long[] { 0, 0, 0, 0, 3, 3, 5 }); // 3 of 4, 1 of 2, 0 of 1, and classes without images
        Assert.AreEqual(100 * (0.75 + 0.5 + 0) / 3, Accuracy.MeanPerClass(1, ranks, labels), 1e-12);
        Assert.AreEqual(100 * (1 + 0.5 + 0) / 3, Accuracy.MeanPerClass(2, ranks, labels), 1e-12);
        Assert.AreEqual(100, Accuracy.MeanPerClass(4, ranks, labels));
        Assert.AreEqual(0, Accuracy.MeanPerClass(1, tensor(new long[] { 1, 1 }), tensor(new long[] { 1, 0 })));
    }
}
