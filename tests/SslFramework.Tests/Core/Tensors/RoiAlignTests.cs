using SslFramework.Core.Tensors;
using TorchSharp;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
public class RoiAlignTests
{
    private DisposeScope scope = null!;

    [TestInitialize]
    public void Begin() => scope = NewDisposeScope();

    [TestCleanup]
    public void CleanUp() => scope.Dispose();

    [TestMethod]
    public void Pool_AnExample_IsDetectron2s()
    {
        var map = arange(25, float64).view(1, 1, 5, 5);
        var box = new Box(1, 1, 2, 2);
        double[] aligned = [4.5, 5, 5.5, 6, 7, 7.5, 8, 8.5, 9.5, 10, 10.5, 11, 12, 12.5, 13, 13.5];
        AssertValues(aligned, Pool(map, box, new(4, 1)));
        AssertValues([.. aligned.Select(value => value + 3)], Pool(map, box, new(4, 1) { Aligned = false }));
    }

    [TestMethod]
    public void Pool_AScaledMap_ReadsAsManyPlacesAsAsked()
    {
        var map = arange(25, float64).view(1, 1, 5, 5);
        AssertValues([2.34027778, 4.78472222, 9.52777778, 11.97222222], Pool(map, new(0, 0, 20, 12), new(2, 0.25)), 1e-8);
        AssertValues([2.3125, 4.8125, 9.5, 12], Pool(map, new(0, 0, 20, 12), new(2, 0.25) { SamplingRatio = 2 }));
        AssertValues([0, 0, 0, 1], Pool(ones(1, 1, 5, 5, float64), new(-12, -12, 16, 16), new(2, 0.25)));
    }

    [TestMethod]
    public void Pool_RandomBoxes_IsTheLiteralVersion()
    {
        var random = new SampleRandom(8, 0, 0, 0);
        for (var round = 0; round < 120; round++)
        {
            var (height, width) = (1 + random.Next(9), 1 + random.Next(9));
            var maps = Maps(2, 3, height, width, round);
            var options = new RoiAlignOptions(1 + random.Next(4), 1.0 / (1 + random.Next(3)))
            {
                SamplingRatio = random.Next(3),
                Aligned = random.NextBool(0.5),
            };
            BoxOfImage[] boxes = [.. Enumerable.Range(0, 4).Select(_ => RandomBox(ref random, width, height))];
            var pooled = RoiAlign.Pool(maps, boxes, options);
            var expected = boxes.SelectMany(box => Literal(maps, box, options)).ToArray();
            AssertValues(expected, pooled, 1e-12, $"{options} {string.Join(' ', boxes)} of {height}×{width}");
        }
    }

    /// <summary>Pooling is linear: what a change of the maps does to a weighted sum is the gradient's product with it.</summary>
    [TestMethod]
    public void Pool_Gradient_IsTheAdjointOfPooling()
    {
        var random = new SampleRandom(9, 0, 0, 0);
        BoxOfImage[] boxes = [.. Enumerable.Range(0, 6).Select(_ => RandomBox(ref random, 7, 6))];
        var options = new RoiAlignOptions(3, 0.5);
        var (maps, change) = (Maps(2, 4, 6, 7, 1).requires_grad_(), Maps(2, 4, 6, 7, 2));
        var weights = Maps(6, 4, 3, 3, 3);
        (RoiAlign.Pool(maps, boxes, options) * weights).sum().backward();
        Assert.AreEqual(
            (RoiAlign.Pool(change, boxes, options) * weights).sum().item<double>(), (maps.grad! * change).sum().item<double>(), 1e-12);
    }

    [TestMethod]
    public void Pool_NoBoxOrOneThatIsNowhere_IsEmptyOrZero()
    {
        var maps = Maps(1, 2, 4, 4, 1).requires_grad_();
        var none = RoiAlign.Pool(maps, [], new(3, 1));
        CollectionAssert.AreEqual(new long[] { 0, 2, 3, 3 }, none.shape);
        var far = Pool(maps, new(double.NaN, 100, 5, 5), new(3, 1));
        Assert.AreEqual(0, far.abs().sum().item<double>());
        (far.sum() + none.sum()).backward();
        Assert.AreEqual(0, maps.grad!.abs().sum().item<double>());
    }

    [TestMethod]
    public void Pool_UnderAutocast_IsInFloat32()
    {
        var maps = Maps(1, 2, 4, 4, 1).to(bfloat16);
        Assert.AreEqual(ScalarType.Float32, Pool(maps, new(0, 0, 3, 3), new(2, 1)).dtype);
    }

    [TestMethod]
    public void Pool_ManyTimes_LeavesNoTensor()
    {
        var maps = Maps(1, 2, 4, 4, 1).requires_grad_();
        Once();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Once()
        {
            using var step = NewDisposeScope();
            Pool(maps, new(0, 0, 3, 3), new(2, 1)).sum().backward();
            maps.grad!.zero_();
        }
    }

    private static Tensor Pool(Tensor maps, Box box, RoiAlignOptions options) => RoiAlign.Pool(maps, [new(0, box)], options);

    private static Tensor Maps(int n, int channels, int height, int width, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([n, channels, height, width], float64, generator: generator);
    }

    private static BoxOfImage RandomBox(ref SampleRandom random, int width, int height) => new(
        random.Next(2),
        new(random.NextDouble(-6, 3 * width), random.NextDouble(-6, 3 * height), random.NextDouble(0, 3 * width), random.NextDouble(0, 3 * height)));

    private static IEnumerable<double> Literal(Tensor maps, BoxOfImage region, RoiAlignOptions options)
    {
        var (channels, height, width) = (maps.shape[1], (int)maps.shape[2], (int)maps.shape[3]);
        var values = maps[region.Image].contiguous().data<double>().ToArray();
        var shift = options.Aligned ? 0.5 : 0;
        var (top, left) = ((region.Box.Top * options.Scale) - shift, (region.Box.Left * options.Scale) - shift);
        var (rows, columns) = (region.Box.Height * options.Scale, region.Box.Width * options.Scale);
        (rows, columns) = options.Aligned ? (rows, columns) : (Math.Max(1, rows), Math.Max(1, columns));
        var (down, across) = options.SamplingRatio > 0
            ? (options.SamplingRatio, options.SamplingRatio)
            : ((int)Math.Ceiling(rows / options.Side), (int)Math.Ceiling(columns / options.Side));
        for (var channel = 0; channel < channels; channel++)
        {
            for (var cell = 0; cell < options.Side * options.Side; cell++)
            {
                var sum = 0.0;
                for (var sample = 0; sample < down * across; sample++)
                {
                    sum += Value(
                        channel,
                        top + (((cell / options.Side) + (((sample / across) + .5) / down)) * rows / options.Side),
                        left + (((cell % options.Side) + (((sample % across) + .5) / across)) * columns / options.Side));
                }

                yield return sum / Math.Max(1, down * across);
            }
        }

        double Value(int channel, double y, double x)
        {
            if (y < -1 || y > height || x < -1 || x > width)
            {
                return 0;
            }

            (y, x) = (Math.Min(Math.Max(y, 0), height - 1), Math.Min(Math.Max(x, 0), width - 1));
            var (y0, x0) = ((int)y, (int)x);
            var (y1, x1) = (Math.Min(y0 + 1, height - 1), Math.Min(x0 + 1, width - 1));
            double At(int row, int column) => values[(((channel * height) + row) * width) + column];
            return ((1 - (y - y0)) * (((1 - (x - x0)) * At(y0, x0)) + ((x - x0) * At(y0, x1))))
                + ((y - y0) * (((1 - (x - x0)) * At(y1, x0)) + ((x - x0) * At(y1, x1))));
        }
    }

    private static void AssertValues(double[] expected, Tensor actual, double tolerance = 1e-12, string what = "")
    {
        var values = actual.contiguous().data<double>().ToArray();
        Assert.HasCount(expected.Length, values);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], values[i], tolerance, $"{what} [{i}]");
        }
    }
}
