using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Tests.Engine.Evaluation.Probes;

[TestClass]
public class AttentiveProbeTests
{
    private static readonly AttentiveProbeOptions Short = new() { Epochs = 15, BatchSize = 40, LearningRate = 0.02 };

    [TestMethod]
    public void Evaluate_SeparableImages_SeparatesThem_AndWrongOnesAsTaught()
    {
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("train", 200, 4, 0.3), MadeImages.Separable("test", 100, 4, 0.3));
        Assert.IsGreaterThan(90, Top1(Short with { Epochs = 40 }, backbone, train, test));
        Assert.IsLessThan(10, Top1(Short, backbone, train.WithLabels(label => (label + 1) % 4), test));
    }

    /// <summary>Without room for them, tokens are computed again in each epoch.</summary>
    [TestMethod]
    public void Evaluate_TokensComputedAgain_GivesTheSame()
    {
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("train", 80, 4, 2), MadeImages.Separable("test", 100, 4, 2));
        var passes = backbone.Passes;
        var once = Top1(Short, backbone, train, test);
        var few = backbone.Passes - passes;
        Assert.AreEqual(once, Top1(Short, backbone, train.AsAugmented(), test));
        Assert.IsGreaterThan(few + 20, backbone.Passes - passes - few);
        Assert.IsFalse(backbone.SawTraining || backbone.SawGradient);
    }

    /// <summary>Against loops over heads, tokens and numbers.</summary>
    [TestMethod]
    public void Pooled_TwoHeads_IsTheLiteralAttention()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        using var classifier = new AttentiveClassifier(4, 3, 2, random);
        Golden.SetWeights(classifier, "attentive");
        var tokens = Golden.Tensor("tokens", [2, 5, 4]);
        var weights = classifier.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().data<float>().ToArray());
        var pooled = classifier.Pooled(tokens).detach();
        for (var image = 0; image < 2; image++)
        {
            double[][] rows = [.. Enumerable.Range(0, 5).Select(t => tokens[image, t].data<float>().ToArray().Select(x => (double)x).ToArray())];
            var (keys, values, taken) = (rows.Select(row => Linear("keys", row)).ToArray(), rows.Select(row => Linear("values", row)).ToArray(), new double[4]);
            for (var head = 0; head < 2; head++)
            {
                var scores = keys.Select(key => Math.Exp(Enumerable.Range(2 * head, 2).Sum(d => weights["query"][d] * key[d]) / Math.Sqrt(2))).ToArray();
                for (var d = 2 * head; d < (2 * head) + 2; d++)
                {
                    taken[d] = scores.Zip(values, (score, value) => score / scores.Sum() * value[d]).Sum();
                }
            }

            var output = Linear("output", taken);
            var (mean, spread) = (output.Average(), Math.Sqrt(output.Average(x => (x - output.Average()) * (x - output.Average())) + 1e-5));
            for (var d = 0; d < 4; d++)
            {
                var expected = ((output[d] - mean) / spread * weights["norm.weight"][d]) + weights["norm.bias"][d];
                Assert.AreEqual(expected, pooled[image, d].ToDouble(), 1e-4);
            }
        }

        double[] Linear(string name, double[] row) =>
            [.. Enumerable.Range(0, 4).Select(o => weights[$"{name}.bias"][o] + row.Select((x, d) => weights[$"{name}.weight"][(o * 4) + d] * x).Sum())];
    }

    [TestMethod]
    [DataRow(16, 1)]
    [DataRow(96, 1)]
    [DataRow(128, 2)]
    [DataRow(192, 3)]
    [DataRow(384, 6)]
    [DataRow(768, 12)]
    [DataRow(200, 2)] // 3 do not divide it
    public void HeadsOf_ALength_AreOfSixtyFourNumbers(int length, int heads) => Assert.AreEqual(heads, AttentiveClassifier.HeadsOf(length));

    [TestMethod]
    public void Evaluate_HeadsThatDoNotDivide_AreRefusedInASentence()
    {
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("train", 20, 4, 0.3);
        var error = Assert.ThrowsExactly<ExperimentException>(() => Top1(Short with { Heads = 4 }, backbone, images, images));
        Assert.AreEqual("\"heads\" is 4, which does not divide the 6 numbers of a token; take another.", error.Message);
    }

    [TestMethod]
    public void Evaluate_WeightsThatAreNotFinite_GivesNoNumberAndSaysWhy()
    {
        using var backbone = new TinyBackbone();
        using (no_grad())
        {
            backbone.parameters().First().fill_(double.NaN);
        }

        var images = MadeImages.Separable("train", 20, 4, 0.3);
        var result = new AttentiveProbe(Short).Evaluate(backbone, images, images)[0];
        Assert.IsTrue(double.IsNaN(result.Value));
        StringAssert.Contains(result.Remark, "check the weights");
    }

    [TestMethod]
    public void Evaluate_ABackboneOfVectors_IsRefusedInASentence()
    {
        using var backbone = new Vectors();
        var images = MadeImages.Separable("train", 20, 4, 0.3);
        var error = Assert.ThrowsExactly<ExperimentException>(() => Top1(Short, backbone, images, images));
        StringAssert.StartsWith(error.Message, "The backbone Vectors ends with vectors, so that there are no places to attend to");
    }

    private static double Top1(AttentiveProbeOptions options, IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        new AttentiveProbe(options).Evaluate(backbone, train, test)[0].Value;

    private sealed class Vectors() : nn.Module("vectors"), IBackbone
    {
        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 16;

        public IReadOnlyList<BackboneLayer> Layers => [new("all", [])];

        public Tensor Forward(Tensor images) => images.flatten(1);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
    }
}
