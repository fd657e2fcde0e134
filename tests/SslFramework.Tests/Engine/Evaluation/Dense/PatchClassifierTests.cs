using SslFramework.Engine.Data;
using SslFramework.Engine.Evaluation.Dense;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class PatchClassifierTests
{
    /// <summary>Against torch's own cross-entropy, backward pass and Adam.</summary>
    [TestMethod]
    public void Learn_SomeEpochs_IsTorchsAdam()
    {
        using var scope = NewDisposeScope();
        var features = Golden.Tensor("features", [50, 7], 3).add(2);
        var shares = Golden.Tensor("shares", [50, 4], 2).softmax(1);
        var options = new SegmentationProbeOptions { Epochs = 3, BatchSize = 16, LearningRate = 0.1, Seed = 5 };
        var classifier = new PatchClassifier(features, 4);
        classifier.Learn(features, shares, options, null);

        var normalized = (features - features.mean([0])) / (features.var(0, unbiased: false) + 1e-5).sqrt();
        var linear = nn.Linear(7, 4);
        using (no_grad())
        {
            linear.weight!.zero_();
            linear.bias!.zero_();
        }

        var adam = optim.Adam(linear.parameters(), lr: 0.1);
        for (var step = 0; step < 9; step++)
        {
            adam.ParamGroups.First().LearningRate = 0.1 * 0.5 * (1 + Math.Cos(Math.PI * step / 9));
            var order = SampleOrder.Shuffled(5, step / 3, 50);
            var rows = tensor(order[(16 * (step % 3))..(16 * ((step % 3) + 1))].Select(row => (long)row).ToArray());
            adam.zero_grad();
            nn.functional.cross_entropy(linear.call(normalized[rows]), shares[rows]).backward();
            adam.step();
        }

        Assert.IsTrue(classifier.Scores(features).allclose(linear.call(normalized), 1e-3, 1e-4), $"{(classifier.Scores(features) - linear.call(normalized)).abs().max().ToSingle()}");
    }
}
