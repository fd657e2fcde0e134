using SslFramework.Plugins.BEiT;
using SslFramework.Testing;
using SslFramework.Tests.Testing;

namespace SslFramework.Tests.Plugins.BEiT;

[TestClass]
public class DvaeObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);
    private static readonly DvaeEncoderOptions Encoder = new() { Layers = 2, Width = 8, Vocabulary = 6 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(new() { DivergenceWeight = 0.1 }), views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Encoder_Contract_Holds() => new BackboneContract(() => new DvaeEncoder(Encoder, new DataInfo(1, 1)), Shape).Verify();

    /// <summary>The lower the temperature, the more the mixture is the token whose score and noise are highest.</summary>
    [TestMethod]
    public void Losses_AtALowTemperature_AreThoseOfSingleTokens()
    {
        using var scope = NewDisposeScope();
        var objective = New(new() { Temperature = 1e-4 });
        var (images, uniform) = (randn(2, 1, 8, 8), rand(2, 6, 2, 2));
        var scores = objective.Backbone.Scores(images);
        var drawn = scores - (-uniform.log()).log();
        var single = drawn.eq(drawn.amax([1], keepdim: true)).to(float32);

        var (error, _) = objective.Losses(images, scores, uniform);

        Assert.AreEqual((objective.Paint(single) - images).square().mean().item<float>(), error.item<float>(), 1e-5f);
    }

    [TestMethod]
    public void Divergence_OfEvenAndOfCertainTokens_IsNoneAndThatOfTheVocabulary()
    {
        using var scope = NewDisposeScope();
        var objective = New(new());
        var (images, uniform) = (zeros(2, 1, 8, 8), full([2, 6, 2, 2], 0.5));
        var certain = zeros(2, 6, 2, 2);
        certain.select(1, 3).fill_(100);

        Assert.AreEqual(0, objective.Losses(images, zeros(2, 6, 2, 2), uniform).Divergence.item<float>(), 1e-6f);
        Assert.AreEqual(Math.Log(6), objective.Losses(images, certain, uniform).Divergence.item<float>(), 1e-5);
    }

    [TestMethod]
    public void Objective_WhatDoesNotFit_IsSaidInASentence()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(new()).ComputeLoss(TestSteps.Batch(1, new(1, 8, 10), 2), TestSteps.At(0)));
        StringAssert.Contains(error.Message, "4 × 4 pixels, and views of 8 × 10 do not divide into such");
        error = Assert.ThrowsExactly<ExperimentException>(() => new DvaeObjective(new(), new TestBackbones(() => new TestBackbone())));
        StringAssert.Contains(error.Message, "DvaeEncoder");
    }

    [TestMethod]
    public void Weights_OfTheAuthorsLayout_AreThoseOfTheEncoder()
    {
        using var scope = NewDisposeScope();
        var objective = New(new());
        var file = objective.state_dict().ToDictionary(pair => pair.Key.Replace("backbone.", "encoder.", StringComparison.Ordinal), pair => pair.Value);
        var family = new ForeignDvae();
        Assert.IsTrue(family.Marks.All(file.ContainsKey));

        var own = family.Own(file);
        var described = family.Describe(own, file);

        CollectionAssert.AreEquivalent(objective.Backbone.state_dict().Keys.ToArray(), own.Keys.ToArray());
        Assert.AreEqual("dvae-encoder", described.Name);
        CollectionAssert.AreEqual(new object?[] { 2, 8L, 6L, 1L }, described.Options.Select(option => option.Value).ToArray());
    }

    [TestMethod]
    public void Figures_OfABatch_ShowPicturesOfTokens()
    {
        using var scope = NewDisposeScope();
        var figure = New(new()).DrawFigures(TestSteps.Batch(1, Shape, 3), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 3, 2, 1, 8, 8 }, figure.Pictures.shape);
    }

    private static DvaeObjective New(DvaeOptions options) =>
        new(options with { Dimension = 4 }, new TestBackbones(() => new DvaeEncoder(Encoder, new DataInfo(8, 1))));
}
