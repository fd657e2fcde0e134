using SslFramework.Engine.Evaluation;
using SslFramework.Engine.Evaluation.Convex;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Engine.Evaluation.FineTuning;
using SslFramework.Engine.Evaluation.Neighbors;
using SslFramework.Engine.Evaluation.Probes;
using SslFramework.Testing;

namespace SslFramework.Tests.Testing;

[TestClass]
public class EvaluatorContractTests
{
    [TestMethod]
    [DataRow("knn")]
    [DataRow("retrieval")]
    [DataRow("linear-probe")]
    [DataRow("fine-tune")]
    [DataRow("diagnostics")]
    [DataRow("segmentation-probe")]
    [DataRow("patch-knn")]
    [DataRow("patch-clusters")]
    [DataRow("attentive-probe")]
    [DataRow("logistic")]
    [DataRow("elevenPointMap")]
    [DataRow("set-probe")]
    public void Verify_OneOfTheFrameworks_Holds(string name) => new EvaluatorContract(() => name switch
    {
        "knn" => new KnnEvaluator(new()),
        "retrieval" => new Retrieval(new()),
        "linear-probe" => new LinearProbe(new() { Epochs = 2 }),
        "segmentation-probe" => new SegmentationProbe(new() { Epochs = 2 }),
        "patch-knn" => new PatchKnn(new()),
        "patch-clusters" => new PatchClusters(new() { Starts = 2 }),
        "attentive-probe" => new AttentiveProbe(new() { Epochs = 2 }),
        "logistic" => new Logistic(new() { Penalties = 5 }),
        "elevenPointMap" => new Logistic(new() { Penalties = 5, Metric = LogisticMetric.ElevenPointMap }),
        "set-probe" => new SetProbe(new() { Costs = [1, 10], LowShot = [2] }),
        "fine-tune" => new FineTune(new() { Epochs = 1 }),
        _ => (IEvaluator)new FeatureDiagnostics(new()),
    }).Verify();

    [TestMethod]
    [DataRow("none", null)]
    [DataRow("nothing", "it gives no number")]
    [DataRow("twice", "there are two numbers \"mean\" of \"features\"")]
    [DataRow("interval", "outside of its interval")]
    [DataRow("weights", "\"conv.weight\" of the backbone is changed")]
    [DataRow("mode", "the backbone is left in training mode")]
    [DataRow("asks", "requires_grad of the backbone's parameters is changed")]
    [DataRow("gradient", "gradients are left in the backbone's parameters")]
    [DataRow("chance", "the same weights and images give")]
    [DataRow("leak", "tensors were left behind by an evaluation")]
    public void Verify_AFault_IsNamed(string fault, string? sentence)
    {
        var contract = new EvaluatorContract(() => new Faulty(fault));
        if (sentence is null)
        {
            contract.Verify();
            return;
        }

        var error = Assert.ThrowsExactly<ContractViolationException>(contract.Verify);
        StringAssert.StartsWith(error.Message, "The evaluator breaks its contract: ");
        StringAssert.Contains(error.Message, sentence);
    }

    /// <summary>The mean of all features.</summary>
    private sealed class Faulty(string fault) : IEvaluator
    {
        private static readonly List<Tensor> Kept = [];
        private static int evaluations;

        public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
        {
            using var scope = NewDisposeScope();
            using var batches = test.Read(test.Count).GetEnumerator();
            batches.MoveNext();
            var features = backbone.Forward(batches.Current.Images);
            switch (fault)
            {
                case "nothing":
                    return [];
                case "gradient":
                    features.sum().backward();
                    break;
                case "weights":
                    using (no_grad())
                    {
                        backbone.Module.parameters().First().add_(1);
                    }

                    break;
                case "mode":
                    backbone.Module.train();
                    break;
                case "asks":
                    backbone.Module.parameters().First().requires_grad = false;
                    break;
                case "leak":
                    Kept.Add(features.detach().DetachFromDisposeScope());
                    break;
            }

            var mean = features.mean().ToDouble() + (fault == "chance" ? ++evaluations : 0);
            var result = new EvaluationResult("features", "mean", mean, fault == "interval" ? new(mean + 1, mean + 2) : null);
            return fault == "twice" ? [result, result] : [result];
        }
    }
}
