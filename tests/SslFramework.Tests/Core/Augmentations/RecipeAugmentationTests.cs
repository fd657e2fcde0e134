using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations;

[TestClass]
public class RecipeAugmentationTests
{
    private static readonly DataInfo Color = new(10, 3);
    private static readonly DataInfo Gray28 = new(10, 1) { Size = new ImageSize(28, 28) };

    [TestMethod]
    public void Apply_SameKeys_GivesTheSameView()
    {
        var recipe = SimClr(probability: 0.5);
        CollectionAssert.AreEqual(recipe.View(Recipes.Image(40, 50, 3)), recipe.View(Recipes.Image(40, 50, 3)));
    }

    [TestMethod]
    public void Apply_TwoViews_Differ()
    {
        var recipe = SimClr(probability: 0.5);
        var image = Recipes.Image(40, 50, 3);
        CollectionAssert.AreNotEqual(recipe.View(image), recipe.View(image, view: 1));
    }

    [TestMethod]
    public void Apply_AfterALargerImage_LeavesNoTraceOfIt()
    {
        var image = Recipes.Image(40, 50, 3);
        var expected = SimClr(probability: 1).View(image);
        var recipe = SimClr(probability: 1);
        recipe.View(Recipes.Image(90, 100, 3));
        CollectionAssert.AreEqual(expected, recipe.View(image));
    }

    [TestMethod]
    public void Apply_PixelsThatAreNotNeeded_ChangeNothing()
    {
        RecipeAugmentation[] recipes =
        [
            SimClr(probability: 1),
            Recipes.Build(Color, 1, Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 9, Sampling = CropSampling.TensorFlow, Interpolation = Interpolation.Bicubic })),
            Recipes.Build(Color, 1, Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16 })),
            Recipes.Build(Color, 1, Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16, Padding = 3, Border = Border.Reflect })),
            Recipes.Build(Color, 1, Recipes.Step<CenterCrop, CenterCropOptions>(new() { Size = 16 })),
            Recipes.Build(Color, 1, Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()), Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16 })),
        ];
        var size = new ImageSize(30, 40);
        var image = Recipes.Image(size.Height, size.Width, 3).Image.Pixels.ToArray();
        var all = 0;
        foreach (var recipe in recipes)
        {
            for (var sample = 0UL; sample < 20; sample++)
            {
                var needed = recipe.Needed(size, 0, new SampleRandom(1, 0, sample, 0));
                Assert.IsTrue(needed.IsIn(size));
                all += needed == PixelBox.All(size) ? 1 : 0;
                var other = image.Select((value, i) => Has(needed, i / 3 / size.Width, i / 3 % size.Width) ? value : (byte)~value).ToArray();
                CollectionAssert.AreEqual(View(image), View(other));

                float[] View(byte[] pixels)
                {
                    var view = new float[recipe.Views[0].Length];
                    recipe.Apply(new ImagePixels(pixels, size.Height, size.Width, 3), 0, new SampleRandom(1, 0, sample, 0), view);
                    return view;
                }
            }
        }

        Assert.IsLessThan(60, all, "most crops need a part");

        static bool Has(PixelBox box, int row, int column) => row >= box.Top && row < box.Top + box.Height && column >= box.Left && column < box.Left + box.Width;
    }

    [TestMethod]
    public void Apply_OneProbabilityChanged_MovesNoOtherStep()
    {
        RecipeAugmentation With(double probability) => Recipes.Build(
            Color,
            1,
            Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new RandomResizedCropOptions { Size = 8 }),
            Recipes.Step<ColorJitter, ColorJitterOptions>(new ColorJitterOptions { Probability = probability }),
            Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new HorizontalFlipOptions()));

        // A jitter of no strength changes nothing however much it draws: what differs would be another flip.
        var image = Recipes.Image(30, 40, 3);
        var never = With(0);
        var always = With(1);
        for (var sample = 0UL; sample < 20; sample++)
        {
            CollectionAssert.AreEqual(never.View(image, sample: sample), always.View(image, sample: sample));
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    [DataRow(1, 3000)]
    [DataRow(3000, 1)]
    [DataRow(300, 7)]
    public void Apply_AnySize_StaysInUnitRange(int height, int width)
    {
        RecipeAugmentation[] recipes =
        [
            SimClr(probability: 1),
            Recipes.Build(Color, 2, Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16, Padding = 4, Border = Border.Reflect })),
            Recipes.Build(Color, 2, Recipes.Step<CenterCrop, CenterCropOptions>(new() { Size = 16 })),
            Recipes.Build(
                Color,
                2,
                Recipes.Step<Resize, ResizeOptions>(new() { Size = 17, Interpolation = Interpolation.Bicubic }),
                Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16 })),
        ];
        var image = Recipes.Image(height, width, 3);
        foreach (var recipe in recipes)
        {
            for (var view = 0; view < 2; view++)
            {
                Assert.IsTrue(recipe.View(image, view).All(value => value is >= 0 and <= 1));
            }
        }
    }

    [TestMethod]
    public void Apply_NoSteps_GivesThePixelsByChannel()
    {
        var image = Recipes.Image(3, 2, 3);
        var view = Recipes.Build(Color with { Size = new ImageSize(3, 2) }, 1).View(image);
        for (var i = 0; i < 18; i++)
        {
            Assert.AreEqual(image.Image.Pixels[(i % 6 * 3) + (i / 6)] / 255f, view[i], 1e-7f);
        }
    }

    [TestMethod]
    public void Views_OfTwoRecipes_HaveTheirOwnShapes()
    {
        var large = Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 32 });
        var small = Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 12, Scale = [0.05, 0.3] });
        var options = new RecipeOptions
        {
            Views = [new ViewOptions { Count = 2, Steps = [large] }, new ViewOptions { Count = 3, Steps = [small] }],
        };
        var views = Recipes.Build(options, Color).Views;
        CollectionAssert.AreEqual(new[] { 32, 32, 12, 12, 12 }, views.Select(view => view.Height).ToArray());
    }

    [TestMethod]
    public void Build_NothingFixesTheSize_IsRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => Recipes.Build(Color, 1, Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new())));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, "view 1");
        StringAssert.Contains(error.Message, "randomResizedCrop");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(33)]
    public void Build_DataOfTooManyChannels_IsRefused(int channels)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => Recipes.Build(Color with { Channels = channels }, 1, Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 8 })));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, $"images of {channels}; use another source");
    }

    [TestMethod]
    public void Build_ShorterSideOfImagesOfOneSize_IsKnown()
    {
        var recipe = Recipes.Build(
            Color with { Size = new ImageSize(30, 60) }, 1, Recipes.Step<Resize, ResizeOptions>(new() { Size = 10 }));
        Assert.AreEqual(new ViewShape(3, 10, 20), recipe.Views[0]);
    }

    [TestMethod]
    public void Build_CropLargerThanTheImages_IsRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => Recipes.Build(Gray28, 1, Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 37, Padding = 4 })));
        StringAssert.Contains(error.Message, "28 × 28");
    }

    [TestMethod]
    public void Build_ColorStepsOnGrayData_AreRefusedWithTheRemedy()
    {
        Refuses(Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Saturation = 0.4 }), "'colorJitter'", "\"saturation\" and \"hue\" to 0");
        Refuses(Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Hue = 0.1 }), "'colorJitter'", "\"saturation\" and \"hue\" to 0");
        Refuses(Recipes.Step<Grayscale, GrayscaleOptions>(new()), "'grayscale'", "remove the step");
        Refuses(Recipes.Step<Normalize, NormalizeOptions>(new()), "'normalize'", "1 channel; give one number");

        static void Refuses(Component<IRecipeStep> step, params string[] parts)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => Recipes.Build(Gray28, 1, step));
            Assert.AreEqual(FailureKind.Config, error.Kind);
            Array.ForEach(parts, part => StringAssert.Contains(error.Message, part));
        }
    }

    [TestMethod]
    public void Build_ColorStepAfterNormalize_IsRefused()
    {
        var normalize = Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.5], Std = [0.5] });
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => Recipes.Build(Gray28, 1, normalize, Recipes.Step<Solarize, SolarizeOptions>(new())));
        StringAssert.Contains(error.Message, "'solarize'");
    }

    [TestMethod]
    public void Apply_GrayData_TakesTheStepsThatMakeSense()
    {
        var recipe = Recipes.Build(
            Gray28,
            1,
            Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 28, Scale = [0.3, 1] }),
            Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Brightness = 0.4, Contrast = 0.4 }),
            Recipes.Step<GaussianBlur, GaussianBlurOptions>(new()),
            Recipes.Step<Solarize, SolarizeOptions>(new()),
            Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.286], Std = [0.353] }));
        var view = recipe.View(Recipes.Image(28, 28, 1));
        Assert.AreEqual(28 * 28, view.Length);
        Assert.IsTrue(view.Any(value => value < 0), "normalized values have both signs");
    }

    private static RecipeAugmentation SimClr(double probability) => Recipes.SimClr(Color, size: 24, probability);
}
