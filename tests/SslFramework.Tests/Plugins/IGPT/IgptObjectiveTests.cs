using SslFramework.Plugins.IGPT;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.IGPT;

[TestClass]
public class IgptObjectiveTests
{
    private static readonly PixelTransformerOptions Small = new() { ImageSide = 4, Colors = 8, Dimension = 8, Depth = 2, Heads = 2 };

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 3)]
    public void Objective_Contract_Holds(bool isMasked, int channels) =>
        new ObjectiveContract(() => New(isMasked, channels), views: 1, new ViewShape(channels, 4, 4))
        {
            CreateForReplicas = () => WithScores(New(isMasked, channels)),
        }.VerifyAll();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void FirstLoss_OfEightColors_IsExactlyTheirLogarithm(bool isMasked)
    {
        using var scope = NewDisposeScope();
        var result = New(isMasked).ComputeLoss(Batch(), TestSteps.At(0));
        Assert.AreEqual(Math.Log(8), result.Loss.ToDouble(), 1e-6);
    }

    /// <summary>Each image counts alike, however many of its pixels are hidden.</summary>
    [TestMethod]
    public void Loss_OfHiddenPixels_IsTheMeanOverImages()
    {
        using var scope = NewDisposeScope();
        var objective = WithScores(New(isMasked: true));
        var (pixels, hidden) = (randint(8, new long[] { 2, 16 }, int64), zeros(2, 16, dtype: ScalarType.Bool));
        hidden[0, 3] = true;
        hidden[1].fill_(true);
        var logP = nn.functional.log_softmax(
            nn.functional.linear(objective.Backbone.Encode(pixels, hidden), objective.get_parameter("head.weight")!), 2);
        var expected = 0.0;
        for (var place = 0; place < 16; place++)
        {
            expected -= logP[1, place, pixels[1, place].ToInt64()].ToDouble() / 32;
        }

        expected -= logP[0, 3, pixels[0, 3].ToInt64()].ToDouble() / 2;
        Assert.AreEqual(expected, objective.Predict(pixels, hidden).Loss.ToDouble(), 1e-5);
    }

    /// <summary>A hidden pixel is seen by nobody, or the network would copy it.</summary>
    [TestMethod]
    public void Loss_OfOtherHiddenColors_SeesTheSameTokens()
    {
        using var scope = NewDisposeScope();
        var network = New(isMasked: true).Backbone;
        var (pixels, hidden) = (zeros(1, 16, int64), zeros(1, 16, dtype: ScalarType.Bool));
        hidden[0, 5] = true;
        var other = pixels.clone();
        other[0, 5] = 7;
        Assert.IsTrue(network.Encode(pixels, hidden).equal(network.Encode(other, hidden)).all().ToBoolean());
    }

    [TestMethod]
    public void Completed_Pixels_KeepTheKnownOnes_AndFollowTheNetwork()
    {
        using var scope = NewDisposeScope();
        var objective = WithScores(New(isMasked: false), scale: 50); // nearly certain
        var pixels = randint(8, new long[] { 3, 16 }, int64);
        var drawn = objective.Completed(pixels, known: 6, rand(3, 16));
        Assert.IsTrue(drawn.narrow(1, 0, 6).equal(pixels.narrow(1, 0, 6)).all().ToBoolean());
        var likeliest = nn.functional.linear(objective.Backbone.Encode(drawn), objective.get_parameter("head.weight")!).argmax(2);
        Assert.IsGreaterThan(0.9, likeliest.eq(drawn).narrow(1, 6, 10).to(float32).mean().ToDouble());
        Assert.IsTrue(objective.Completed(pixels, 16, rand(3, 16)).equal(pixels).all().ToBoolean());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Training_OnAFewImages_LearnsTheirPixels(bool isMasked)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(isMasked);
        Assert.IsLessThan(0.7, Overfitting.Loss(objective, Batch(), steps: 120, learningRate: 1e-2));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Figures_OfTraining_ShowWhatIsGivenAndWhatIsMadeOfIt(bool isMasked)
    {
        using var scope = NewDisposeScope();
        var figure = New(isMasked).DrawFigures(Batch(), TestSteps.At(0)).Single();
        var columns = isMasked ? 3 : 6;
        CollectionAssert.AreEqual(new long[] { 4, columns, 1, 4, 4 }, figure.Pictures.shape);
        Assert.HasCount(columns, figure.ColumnTitles);
        var (made, view) = (figure.Pictures.select(1, 1), figure.Pictures.select(1, columns - 1));
        Assert.AreEqual(isMasked, made.narrow(2, 0, 2).ne(view.narrow(2, 0, 2)).any().ToBoolean(), "upper halves are kept");
        Assert.IsTrue(made.narrow(2, 2, 2).ne(view.narrow(2, 2, 2)).any().ToBoolean());
    }

    [TestMethod]
    public void Settings_ThatDoNotGoTogether_AreRefused()
    {
        Assert.Contains("\"causal\": false", Refusal(PixelObjective.Masked, causal: true, ValueRange.Unit));
        Assert.Contains("\"causal\": true", Refusal(PixelObjective.Autoregressive, causal: false, ValueRange.Unit));
        Assert.Contains("normalize", Refusal(PixelObjective.Masked, causal: false, null));

        static string Refusal(PixelObjective kind, bool causal, ValueRange? range) => Assert.ThrowsExactly<ExperimentException>(
            () => new IgptObjective(
                new IgptOptions { Objective = kind },
                new TestBackbones(() => new PixelTransformer(Small with { Causal = causal }, new DataInfo(1, 1))),
                new DataInfo(1, 1) { Range = range })).Message;
    }

    private static ViewBatch Batch()
    {
        using var generator = new Generator(1);
        return new ViewBatch([rand([4, 1, 4, 4], generator: generator)], [0, 1, 2, 3]);
    }

    private static IgptObjective New(bool isMasked, int channels = 1) => new(
        new IgptOptions { Objective = isMasked ? PixelObjective.Masked : PixelObjective.Autoregressive, MaskProbability = 0.3 },
        new TestBackbones(() => new PixelTransformer(Small with { Causal = !isMasked }, new DataInfo(4, channels))),
        new DataInfo(4, channels) { Range = ValueRange.Unit });

    /// <summary>With an output that is not 0, as at the start.</summary>
    private static IgptObjective WithScores(IgptObjective objective, double scale = 1)
    {
        using var gradient = no_grad();
        objective.get_parameter("head.weight")!.normal_(0, scale);
        return objective;
    }
}
