using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.Jigsaw;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Jigsaw;

[TestClass]
public class JigsawObjectiveTests
{
    private static readonly JigsawOptions Small = new()
    {
        PatchSize = 7,
        Gap = 2,
        Jitter = 1,
        ChannelShift = 0,
        Permutations = 12,
        TileDimension = 0,
        HiddenDimension = 32,
        HiddenNorm = HeadNorm.Affine,
        Dropout = 0,
    };

    private static readonly JigsawOptions Papers = Small with
    {
        PatchSize = 6,
        Gap = 3,
        ChannelShift = 1,
        TileDimension = 16,
        HiddenNorm = HeadNorm.None,
        Dropout = 0.5,
        Puzzles = 3,
    };

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void Objective_Contract_Holds(int channels, bool papers) => new ObjectiveContract(
        () => New(papers ? Papers : Small, new TestBackbone(channels)), views: 1, new ViewShape(channels, 28, 28)).VerifyAll();

    [TestMethod]
    [DataRow(2, 24)]
    [DataRow(3, 64)]
    [DataRow(3, 100)]
    public void FirstLoss_UntrainedNetwork_IsNearChance(int side, int permutations)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = Small with { GridSide = side, Permutations = permutations, HiddenDimension = 256 };
        var loss = New(options, new TestBackbone()).ComputeLoss(TestSteps.Batch(1, new ViewShape(1, 28, 28), 64), TestSteps.At(0)).Loss.ToDouble();
        Assert.AreEqual(Math.Log(permutations), loss, 0.05 * Math.Log(permutations));
    }

    /// <summary>The head reads tile table[label][j] at place j: a head that copies what it reads shows the order.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Puzzle_OfALabel_HasAtEachPlaceTheTileOfItsPermutation(int puzzles)
    {
        using var scope = NewDisposeScope();
        var network = new RecordingBackbone(side: 7);
        var objective = New(Small with { Puzzles = puzzles, HiddenDimension = 0 }, network);
        Tensor? read = null;
        ((nn.Module<Tensor, Tensor>)objective.named_children().Single(child => child.name == "head").module).register_forward_hook((_, input, output) =>
        {
            read = input.clone().view(5, puzzles, 9, -1);
            return output;
        });
        var (batch, step) = (TestSteps.Batch(1, new ViewShape(1, 28, 28), 5), TestSteps.At(0));
        objective.ComputeLoss(batch, step);
        var tiles = network.Images!.view(5, 9, -1);
        var labels = step.Random.Integers(batch, puzzles, 12, stream: 5);
        var table = PermutationSet.Of(9, 12, PermutationChoice.MaxMin);
        for (var n = 0; n < 5; n++)
        {
            for (var puzzle = 0; puzzle < puzzles; puzzle++)
            {
                for (var place = 0; place < 9; place++)
                {
                    var tile = table[labels[n, puzzle].item<long>(), place].item<long>();
                    Assert.IsTrue(read![n, puzzle, place].eq(tiles[n, tile]).all().ToBoolean(), $"image {n}, place {place}: tile {tile}");
                }
            }
        }
    }

    [TestMethod]
    public void Tiles_TheNetworkSees_HaveMean0AndDeviation1()
    {
        using var scope = NewDisposeScope();
        var tiles = Seen(Small, channels: 3, new ViewShape(3, 28, 28), scale: 40, shift: 100);
        Assert.IsLessThan(1e-5, tiles.mean([1, 2, 3]).abs().max().ToDouble());
        Assert.IsLessThan(1e-4, (tiles.flatten(1).std(1, unbiased: false) - 1).abs().max().ToDouble());
    }

    /// <summary>
    /// A flipped image has its columns the other way round: the tiles at 0 and 2, 3 and 5, 6 and 8 change places, and so a permutation
    /// turns into another one.
    /// </summary>
    [TestMethod]
    public void Tiles_OfAFlippedImage_AreTheFlippedTilesOfTheOtherColumn()
    {
        using var scope = NewDisposeScope();
        var options = Small with { Jitter = 0 }; // exactly 25 pixels: no move tells the two apart
        var (network, flipped) = (new RecordingBackbone(side: 7), new RecordingBackbone(side: 7));
        var batch = TestSteps.Batch(1, new ViewShape(1, 25, 25), 3);
        New(options, network).ComputeLoss(batch, TestSteps.At(0));
        New(options, flipped).ComputeLoss(new ViewBatch([batch.Single().flip(3)], batch.Indices), TestSteps.At(0));
        var mirrored = flipped.Images!.view(3, 9, 1, 7, 7).index_select(1, tensor(new long[] { 2, 1, 0, 5, 4, 3, 8, 7, 6 })).flip(4);
        Assert.IsLessThan(1e-6, (mirrored - network.Images!.view(3, 9, 1, 7, 7)).abs().max().ToDouble());
    }

    [TestMethod]
    [DataRow(1.0, 0.0)]
    [DataRow(0.0, 1.0)]
    public void Colors_OfHiddenAberration_AreGrayOrHaveNoGreenAgainstMagenta(double gray, double project)
    {
        using var scope = NewDisposeScope();
        var tiles = Seen(Small with { GrayProbability = gray, ProjectProbability = project }, 3, new ViewShape(3, 28, 28));
        var unlike = gray == 1 ? tiles.std(1) : (tiles.select(1, 1) * 2) - tiles.select(1, 0) - tiles.select(1, 2);
        var spread = gray == 1 ? unlike.abs().max() : (unlike - unlike.mean([1, 2], keepdim: true)).abs().max(); // the mean is subtracted
        Assert.IsLessThan(1e-4, spread.ToDouble());
    }

    [TestMethod]
    public void Colors_OfTheTilesOfAnImage_AreHiddenAlike()
    {
        using var scope = NewDisposeScope();
        var tiles = Seen(Small, 3, new ViewShape(3, 28, 28), images: 200);
        var isGray = tiles.std(1).flatten(1).amax([1]).lt(1e-5).view(200, 9);
        Assert.IsTrue(isGray.eq(isGray.narrow(1, 0, 1)).all().ToBoolean(), "one choice for the nine tiles");
        Assert.AreEqual(0.5, isGray.to(float32).mean().ToDouble(), 0.12);
    }

    /// <summary>In an image whose channels are alike, channels that move by themselves differ, by at most the shift.</summary>
    [TestMethod]
    public void Channels_OfATile_MoveByThemselves()
    {
        using var scope = NewDisposeScope();
        var ramp = arange(30).to(float32).view(1, 1, 1, 30).expand(40, 3, 30, 30).contiguous(); // brighter by 1 with each column
        var network = new RecordingBackbone(3, side: 6);
        var options = Papers with { ChannelShift = 1, GrayProbability = 0, ProjectProbability = 0, TileDimension = 0 };
        New(options, network).ComputeLoss(new ViewBatch([ramp], [.. Enumerable.Range(0, 40).Select(i => (long)i)]), TestSteps.At(0));
        var slope = (network.Images![.., .., 0, 5] - network.Images![.., .., 0, 0]).mean([1], keepdim: true) / 5; // of a standardized tile
        var moves = ((network.Images![.., .., 0, 0] - network.Images![.., 0, 0, 0].unsqueeze(1)) / slope).round(); // pixels from channel 0
        CollectionAssert.AreEquivalent(new[] { -1f, 0f, 1f }, moves.flatten().data<float>().Distinct().ToArray());
    }

    [TestMethod]
    public void Views_TooSmall_AreRefusedWithTheSizeNeeded()
    {
        using var scope = NewDisposeScope();
        var objective = New(new JigsawOptions { Permutations = 9 }, new TestBackbone(3));
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => objective.ComputeLoss(TestSteps.Batch(1, new ViewShape(3, 253, 300), 1), TestSteps.At(0)));
        Assert.Contains("254×254", error.Message); // 2 · 85 + 64, moves of 9 to either side, and 2 for the channels
    }

    [TestMethod]
    public void Options_ThatGiveTheAnswerAwayOrAskForTooMuch_AreRefused()
    {
        Assert.IsTrue(IsValid(Small));
        Assert.IsTrue(IsValid(new JigsawOptions()));
        Assert.IsFalse(IsValid(Small with { Jitter = 2 }), "tiles may overlap");
        Assert.IsFalse(IsValid(Small with { ChannelShift = 1 }), "tiles may overlap in a channel");
        Assert.IsFalse(IsValid(Small with { GridSide = 2, Permutations = 25 }), "four tiles have 24");

        static bool IsValid(JigsawOptions options) => Validator.TryValidateObject(options, new ValidationContext(options), null, true);
    }

    [TestMethod]
    public void Parameters_OfThePapersNetwork_AreAsManyAsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var objective = New(new JigsawOptions { PooledSide = 3 }, new JigsawAlexNet(new DataInfo(100, 3)));
        Assert.AreEqual(46_544_232, objective.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Table_OfASavedRun_Stays()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, new TestBackbone());
        CollectionAssert.AreEqual(new long[] { 12, 9 }, objective.state_dict()["permutations"].shape);
    }

    [TestMethod]
    public void Figures_OfAnObjectiveThatKnows_ShowTheImageAgain()
    {
        using var scope = NewDisposeScope();
        var options = Small with { GridSide = 2, Permutations = 2, PatchSize = 14, Gap = 0, Jitter = 0 };
        var (batch, step) = (TestSteps.Batch(1, new ViewShape(1, 28, 30), 6), TestSteps.At(0));
        var figure = New(options, new TestBackbone()).DrawFigures(batch, step).Single();
        CollectionAssert.AreEqual(new long[] { 6, 3, 1, 28, 30 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
        StringAssert.Matches(figure.Captions[2], new(@"^\d of 4 tiles in their place, \d+\s%$"));
        var labels = step.Random.Integers(batch, 1, 2, stream: 5);
        for (var n = 0; n < 6; n++)
        {
            // Of two permutations the right one puts all tiles back: then the puzzle of label 0, the identity, is as it was laid.
            var (puzzle, laid) = (figure.Pictures[n, 1], figure.Pictures[n, 2]);
            var isIdentity = labels[n].item<long>() == 0;
            var isRight = figure.Captions[(3 * n) + 2].StartsWith('4');
            Assert.AreEqual(isIdentity == isRight, puzzle.eq(laid).all().ToBoolean());
        }
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreOverfitted()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var backbone = new ResNet18(
            new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, new DataInfo(64, 1));
        var options = Small with { PooledSide = 2, HiddenDimension = 128, Permutations = 24, GridSide = 2 };
        var batch = TestSteps.Batch(1, new ViewShape(1, 28, 28), 64);
        Assert.IsLessThan(0.05, Overfitting.Loss(New(options, backbone), batch, steps: 40, learningRate: 3e-3));
    }

    /// <summary>The tiles that the network sees.</summary>
    private static Tensor Seen(JigsawOptions options, int channels, ViewShape shape, int images = 4, double scale = 1, double shift = 0)
    {
        var network = new RecordingBackbone(channels, options.PatchSize);
        var batch = TestSteps.Batch(1, shape, images);
        New(options, network).ComputeLoss(new ViewBatch([(batch.Single() * scale) + shift], batch.Indices), TestSteps.At(0));
        return network.Images!;
    }

    private static JigsawObjective New(JigsawOptions options, IBackbone backbone) => new(options, new TestBackbones(() => backbone));
}
