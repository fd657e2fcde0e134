using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Tests.Core.Augmentations.Kernels;

/// <summary>The fast kernels against the literal ones.</summary>
[TestClass]
internal class KernelTests
{
    private const string HashFile = "SSL_TEST_HASH_FILE";

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Resample_EveryShapeUpTo64_IsTheScalarResultToTheBit(int channels)
    {
        var random = new SampleRandom(7, 0, 0, 0);
        var scratch = new ResampleScratch();
        var image = Recipes.Image(75, 83, channels);
        for (var n = 1; n <= 64; n++)
        {
            // Each length once as height and once as width, of the image's box and of the result.
            var box = new PixelBox(random.Next(10), random.Next(10), n, 1 + random.Next(70));
            var size = new ImageSize(1 + random.Next(40), n);
            Check(box, size, (n & 1) == 0);
            Check(new PixelBox(box.Left, box.Top, box.Width > 65 ? 65 : box.Width, n), new ImageSize(n, size.Height), (n & 2) == 0);
        }

        void Check(PixelBox box, ImageSize size, bool mirrored)
        {
            foreach (var interpolation in Enum.GetValues<Interpolation>())
            {
                var view = new float[channels * size.Height * size.Width];
                Resampler.Resample(image.Image, box, size, interpolation, mirrored, scratch, view);
                var expected = ScalarKernels.Resample(image.Image, box, size, interpolation, mirrored);
                CollectionAssert.AreEqual(expected, view, $"{box} → {size}, {interpolation}, mirrored: {mirrored}");
            }
        }
    }

    [TestMethod]
    [DataRow(1, 2000, 5, 3)]
    [DataRow(2000, 1, 3, 5)]
    [DataRow(700, 900, 3, 2)]
    [DataRow(1, 1, 40, 37)]
    public void Resample_ExtremeShapes_IsTheScalarResultToTheBit(int height, int width, int rows, int columns)
    {
        var image = Recipes.Image(height, width, 3);
        var (box, size) = (new PixelBox(0, 0, height, width), new ImageSize(rows, columns));
        var view = new float[3 * rows * columns];
        Resampler.Resample(image.Image, box, size, Interpolation.Bicubic, mirrored: true, new ResampleScratch(), view);
        CollectionAssert.AreEqual(ScalarKernels.Resample(image.Image, box, size, Interpolation.Bicubic, mirrored: true), view);
    }

    [TestMethod]
    public void Resample_OfNumbers_EqualsResampleOfLevels()
    {
        var image = Recipes.Image(37, 53, 3);
        var scratch = new ResampleScratch();
        var numbers = new float[3 * 37 * 53];
        Resampler.Resample(image.Image, new(0, 0, 37, 53), new(37, 53), Interpolation.Bilinear, false, scratch, numbers);
        foreach (var size in new ImageSize[] { new(9, 40), new(64, 7), new(1, 1) })
        {
            var expected = new float[3 * size.Height * size.Width];
            var actual = new float[expected.Length];
            var box = new PixelBox(3, 5, 31, 47);
            Resampler.Resample(image.Image, box, size, Interpolation.Bicubic, false, scratch, expected);
            Resampler.Resample(numbers, new ImageSize(37, 53), box, size, Interpolation.Bicubic, scratch, actual);
            AssertNear(expected, actual, 1e-6, $"{size}");
        }
    }

    [TestMethod]
    public void Change_EveryLengthAndOrder_IsTheScalarResult()
    {
        var random = new SampleRandom(3, 0, 0, 0);
        for (var area = 1; area <= 64; area++)
        {
            ColorChange[] changes = [.. Enum.GetValues<ColorOperation>().Select(operation => new ColorChange(
                operation, (float)(operation == ColorOperation.Hue ? random.NextDouble(-0.5, 0.5) : random.NextDouble(0, 1.8))))];
            Array.Sort(Array.ConvertAll(changes, _ => random.NextDouble()), changes);
            Check(Golden.Unit($"area{area}", 3 * area), 3, changes);
            Check(Golden.Unit($"grey{area}", area), 1, [.. changes.Where(change => change.Operation < ColorOperation.Saturation)]);
        }

        Check(Golden.Unit("large", 3 * 2500), 3, [new(ColorOperation.Hue, 0.1f), new(ColorOperation.Contrast, 0.4f), new(ColorOperation.Brightness, 1.2f)]);

        static void Check(double[] unit, int channels, ColorChange[] changes)
        {
            float[] pixels = [.. unit.Select(value => (float)(value + 0.5))];
            var expected = ScalarKernels.Change(pixels, channels, changes);
            Colors.Change(pixels, channels, changes);
            AssertNear(expected, pixels, 1e-5, $"{pixels.Length}: {string.Join(", ", changes)}");
        }
    }

    [TestMethod]
    public void Change_OfGreyPixels_LeavesThemGrey()
    {
        float[] pixels = [0, 0.25f, 1, 0, 0.25f, 1, 0, 0.25f, 1];
        var turned = pixels.ToArray();
        Colors.Change(turned, 3, [new(ColorOperation.Hue, 0.3f), new(ColorOperation.Saturation, 1.7f)]);
        AssertNear(pixels, turned, 1e-6, "grey");
    }

    [TestMethod]
    public void Blur_EveryShapeUpTo64_IsTheScalarResult()
    {
        var random = new SampleRandom(5, 0, 0, 0);
        for (var n = 1; n <= 64; n += n < 20 ? 1 : 5)
        {
            var size = new ImageSize(n, 1 + random.Next(64));
            float[] plane = [.. Golden.Unit($"blur{n}", size.Height * size.Width).Select(value => (float)(value + 0.5))];
            var sigma = random.NextDouble(0.1, n % 3 == 0 ? 8 : 2);
            var boxed = plane.ToArray();
            BoxFilter.Blur(boxed, size, sigma, new float[BoxFilter.Spare(size, sigma)]);
            AssertNear(ScalarKernels.BoxBlur(plane, size, sigma), boxed, 1e-5, $"box {size} {sigma}");

            var taps = (2 * random.Next(12)) + 1;
            var blurred = plane.ToArray();
            GaussianFilter.Blur(blurred, size, taps, sigma, new float[GaussianFilter.Spare(size, taps)]);
            AssertNear(ScalarKernels.GaussianBlur(plane, size, taps, sigma), blurred, 1e-5, $"gaussian {size} {taps} {sigma}");
        }
    }

    [TestMethod]
    [DataRow(-3, -2, 9, 8)]
    [DataRow(2, 1, 3, 3)]
    [DataRow(4, 3, 9, 9)]
    [DataRow(-9, -9, 3, 3)]
    public void Crop_InsideAndBeyond_IsThePixelOrItsMirrorImage(int top, int left, int height, int width)
    {
        var (size, box) = (new ImageSize(6, 5), new PixelBox(top, left, height, width));
        float[] image = [.. Enumerable.Range(1, 2 * 6 * 5).Select(i => (float)i)];
        foreach (var border in Enum.GetValues<Border>())
        {
            var cut = new float[2 * height * width];
            Cropper.Crop(image, size, box, border, cut);
            for (var i = 0; i < cut.Length; i++)
            {
                var (line, x) = Math.DivRem(i, width);
                var (channel, y) = Math.DivRem(line, height);
                var (row, column) = (top + y, left + x);
                var inside = row is >= 0 and < 6 && column is >= 0 and < 5;
                var expected = inside || border == Border.Reflect
                    ? image[(((channel * 6) + Cropper.Reflect(row, 6)) * 5) + Cropper.Reflect(column, 5)]
                    : 0;
                Assert.AreEqual(expected, cut[i], $"{border} {i}");
            }
        }
    }

    /// <summary>The same test program, on a processor that lacks the widest instructions, some, or all.</summary>
    [TestMethod]
    [DataRow("DOTNET_EnableAVX512")]
    [DataRow("DOTNET_EnableAVX2")]
    [DataRow("DOTNET_EnableHWIntrinsic")]
    public void Views_WithoutInstructions_AreTheSameBits(string switchedOff)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--filter", $"FullyQualifiedName~{nameof(Views_OfEveryKernel_HaveAHash)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [switchedOff] = "0", [HashFile] = Path.GetTempFileName() },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        var file = start.Environment[HashFile]!;
        var hash = File.ReadAllText(file);
        File.Delete(file);
        Assert.AreEqual(Hash(), hash, output);
    }

    [TestMethod]
    public void Views_OfEveryKernel_HaveAHash()
    {
        var hash = Hash();
        Assert.AreEqual(hash, Hash(), "the same again");
        if (Environment.GetEnvironmentVariable(HashFile) is { } file)
        {
            File.WriteAllText(file, hash);
        }
    }

    private static string Hash()
    {
        var recipe = Recipes.SimClr(new DataInfo(10, 3), size: 45, probability: 0.7);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var sample = 0UL; sample < 8; sample++)
        {
            for (var view = 0; view < 2; view++)
            {
                hash.AppendData(MemoryMarshal.AsBytes(recipe.View(Recipes.Image(60, 70, 3), view, sample).AsSpan()));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void AssertNear(float[] expected, float[] actual, double tolerance, string name)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"{name} [{i}]");
        }
    }
}
