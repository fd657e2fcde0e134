using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations;

/// <summary>Every entry of augment.json: what Pillow and torchvision made of one image.</summary>
[TestClass]
internal class AugmentGoldenTests
{
    private const double ResizeTolerance = 1;
    private const double ColorTolerance = 3;
    private const double HueTolerance = 12;
    private const double FloatChainTolerance = 0.01;
    private const string Number = @"(-?\d+(?:\.\d+)?)";
    private static readonly JsonElement File = Golden.Open("augment.json");

    [TestMethod]
    public void Source_ByTheFormula_IsTheReferencesImage()
    {
        var pixels = SourceImage().Image.Pixels;
        var first = File.GetProperty("source").GetProperty("first").EnumerateArray().Select(v => v.GetInt32()).ToArray();
        CollectionAssert.AreEqual(first, pixels[..first.Length].ToArray().Select(v => (int)v).ToArray());

        var sum = 0.0;
        foreach (var value in pixels)
        {
            sum += value;
        }

        Assert.AreEqual(File.GetProperty("source").GetProperty("mean").GetDouble(), sum / pixels.Length, 1e-9);
    }

    [TestMethod]
    [DynamicData(nameof(Entries))]
    public void Entry_OfTheReference_IsMet(string name)
    {
        var entry = File.GetProperty(name);
        int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        double[] expected = [.. entry.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        if (Match(name, "normalize ImageNet, C x H x W") is not null)
        {
            var normalized = Apply(new Normalize(new NormalizeOptions()), CropInput());
            AssertNear(expected, normalized, 1e-5, name);
            return;
        }

        var (view, tolerance) = Make(name, shape);
        var levels = Array.ConvertAll(Interleave(view, shape[0] * shape[1]), value => value * 255);
        if (name.StartsWith("resized_crop", StringComparison.Ordinal))
        {
            levels = Array.ConvertAll(levels, MathF.Round);
        }

        AssertNear(expected, levels, tolerance, name);
    }

    public static IEnumerable<object[]> Entries() => File.EnumerateObject()
        .Where(entry => entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("values", out _))
        .Select(entry => new object[] { entry.Name });

    private static (float[] View, double Tolerance) Make(string name, int[] shape)
    {
        if (Match(name, @"resized_crop .*(bilinear|bicubic).*") is { } resize)
        {
            var interpolation = Enum.Parse<Interpolation>(resize.Groups[1].Value, ignoreCase: true);
            var view = new float[3 * shape[0] * shape[1]];
            Resampler.Resample(
                SourceImage().Image, CropBox(), new ImageSize(shape[0], shape[1]), interpolation, mirrored: false, new ResampleScratch(), view);
            return (view, ResizeTolerance);
        }

        var pixels = CropInput();
        var size = new ImageSize(shape[0], shape[1]);
        if (Match(name, $"brightness {Number}") is { } brightness)
        {
            Change(pixels, ColorOperation.Brightness, Value(brightness, 1));
        }
        else if (Match(name, $"contrast {Number}") is { } contrast)
        {
            Change(pixels, ColorOperation.Contrast, Value(contrast, 1));
        }
        else if (Match(name, $"saturation {Number}") is { } saturation)
        {
            Change(pixels, ColorOperation.Saturation, Value(saturation, 1));
        }
        else if (Match(name, $"hue {Number}") is { } hue)
        {
            Change(pixels, ColorOperation.Hue, Value(hue, 1));
            return (pixels, HueTolerance);
        }
        else if (Match(name, $"jitter brightness {Number}, contrast {Number}, saturation {Number}, hue {Number} in this order") is { } jitter)
        {
            Change(pixels, ColorOperation.Brightness, Value(jitter, 1));
            CutFractionsOff(pixels);
            Change(pixels, ColorOperation.Contrast, Value(jitter, 2));
            CutFractionsOff(pixels);
            Change(pixels, ColorOperation.Saturation, Value(jitter, 3));
            CutFractionsOff(pixels);
            Change(pixels, ColorOperation.Hue, Value(jitter, 4));
            return (pixels, HueTolerance);
        }
        else if (Match(name, $"PIL GaussianBlur radius {Number}") is { } blur)
        {
            var options = new GaussianBlurOptions { Sigma = [Value(blur, 1), Value(blur, 1)] };
            pixels = Apply(new GaussianBlur(options), pixels);
        }
        else if (Match(name, $@"torchvision gaussian_blur kernel (\d+) sigma {Number}") is { } gaussian)
        {
            var taps = (int)Value(gaussian, 1);
            for (var channel = 0; channel < 3; channel++)
            {
                var plane = pixels.AsSpan(channel * size.Height * size.Width, size.Height * size.Width);
                GaussianFilter.Blur(plane, size, taps, Value(gaussian, 2), new float[GaussianFilter.Spare(size, taps)]);
            }

            return (pixels, FloatChainTolerance + 0.5); // the reference rounds its result to levels
        }
        else if (Match(name, $"solarize {Number}") is { } solarize)
        {
            pixels = Apply(new Solarize(new SolarizeOptions { Threshold = Value(solarize, 1) / 255.0 }), pixels);
            return (pixels, FloatChainTolerance);
        }
        else if (name == "hflip")
        {
            pixels = Apply(new HorizontalFlip(new HorizontalFlipOptions { Probability = 1 }), pixels);
            return (pixels, FloatChainTolerance);
        }
        else if (name == "grayscale 3 channels")
        {
            pixels = Apply(new Grayscale(new GrayscaleOptions()), pixels);
        }
        else
        {
            Assert.Fail($"No test knows the entry '{name}'.");
        }

        return (pixels, ColorTolerance);
    }

    private static void Change(float[] pixels, ColorOperation operation, float amount) =>
        Colors.Change(pixels, 3, [new ColorChange(operation, amount)]);

    // Pillow hands 8-bit levels from one operation to the next; left out, the hue of pixels of little colour jumps.
    private static void CutFractionsOff(float[] pixels)
    {
        foreach (ref var value in pixels.AsSpan())
        {
            value = MathF.Floor((value * 255) + 1e-3f) / 255;
        }
    }

    // round(127.5 + 60 sin(y/5 + c + phase) + 40 cos(x/7 − 2c) + 55 unit('pixels')[i]), i = (y·W + x)·3 + c
    private static PixelBuffer SourceImage()
    {
        var source = File.GetProperty("source");
        var (height, width) = (source.GetProperty("height").GetInt32(), source.GetProperty("width").GetInt32());
        var phase = source.GetProperty("phase").GetDouble();
        var unit = Golden.Unit("pixels", height * width * 3);
        var buffer = new PixelBuffer();
        var pixels = buffer.Resize(height, width, 3);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, width);
            var value = 127.5 + (60 * Math.Sin((y / 5.0) + c + phase)) + (40 * Math.Cos((x / 7.0) - (2 * c))) + (55 * unit[i]);
            pixels[i] = (byte)Math.Clamp(Math.Round(value), 0, 255);
        }

        return buffer;
    }

    private static PixelBox CropBox()
    {
        var crop = File.GetProperty("crop");
        int Get(string key) => crop.GetProperty(key).GetInt32();
        return new PixelBox(Get("top"), Get("left"), Get("height"), Get("width"));
    }

    // The reference's own 32 × 32 bicubic crop, float32 [3, 32, 32]
    private static float[] CropInput()
    {
        var entry = File.EnumerateObject().First(e => e.Name.StartsWith("resized_crop 32 bicubic", StringComparison.Ordinal)).Value;
        float[] values = [.. entry.GetProperty("values").EnumerateArray().Select(v => v.GetSingle() / 255)];
        var area = values.Length / 3;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[(i % area * 3) + (i / area)])];
    }

    private static float[] Apply(IRecipeStep step, float[] pixels)
    {
        var side = (int)Math.Sqrt(pixels.Length / 3);
        var source = new PixelBuffer();
        var bytes = source.Resize(side, side, 3);
        var levels = Interleave(pixels, side * side);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)MathF.Round(levels[i] * 255);
        }

        var destination = new float[pixels.Length];
        var image = new ViewImage(source.Image, new ViewScratch(), destination);
        var random = new SampleRandom(1, 0, 0, 0);
        step.Apply(ref image, ref random);
        image.Finish();
        return destination;
    }

    private static float[] Interleave(float[] planes, int area) =>
        [.. Enumerable.Range(0, planes.Length).Select(i => planes[(i % 3 * area) + (i / 3)])];

    private static Match? Match(string name, string pattern) =>
        Regex.Match(name, $"^{pattern}$") is { Success: true } match ? match : null;

    private static float Value(Match match, int group) => float.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static void AssertNear(double[] expected, float[] actual, double tolerance, string name)
    {
        var worst = Enumerable.Range(0, expected.Length).MaxBy(i => Math.Abs(expected[i] - actual[i]));
        Assert.IsTrue(
            Math.Abs(expected[worst] - actual[worst]) <= tolerance,
            $"{name} [{worst}]: expected {expected[worst]:G9}, got {actual[worst]:G9} (tolerance {tolerance:G2})");
    }
}
