using SslFramework.Core.Processors;
using TorchSharp;

namespace SslFramework.Tests.Core.Processors;

/// <summary>libtorch's convolutions on this processor, forward and both gradients, against those in float64, which oneDNN has no part in.</summary>
[TestClass]
internal class ConvolutionTests
{
    private static readonly (int Kernel, int Stride, int Dilation)[] Kernels =
        [(1, 1, 1), (1, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 2), (5, 1, 1), (7, 2, 1)];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Convolution_OfAnyWidth_IsThatInFloat64(int threads)
    {
        var (before, wrong) = (get_num_threads(), new List<string>());
        set_num_threads(threads);
        try
        {
            foreach (var convolution in Drawn(new Random(threads), 150))
            {
                wrong.AddRange(convolution.Errors());
            }
        }
        finally
        {
            set_num_threads(before);
        }

        Assert.IsEmpty(wrong);
    }

    /// <summary>Those that were wrong, or ended the process, where the processor hid its caches.</summary>
    [TestMethod]
    [DataRow(24, 24, 3, 1, 16, 16)]
    [DataRow(3, 20, 3, 1, 16, 32)]
    [DataRow(64, 92, 3, 1, 8, 16)]
    [DataRow(16, 4, 5, 1, 16, 32)]
    [DataRow(12, 24, 1, 2, 16, 16)]
    [DataRow(256, 512, 1, 2, 4, 4)]
    [DataRow(1024, 256, 1, 1, 4, 4)]
    [DataRow(512, 1024, 1, 2, 4, 4)]
    public void Convolution_ThatHiddenCachesSpoil_IsThatInFloat64(int inputs, int outputs, int kernel, int stride, int size, int images)
    {
        var layouts = new[] { false, true }.Select(last => new Convolution(images, inputs, outputs, kernel, stride, 1, 1, size, last));
        Assert.IsEmpty(layouts.SelectMany(convolution => convolution.Errors()).ToList());
    }

    [TestMethod]
    public void Results_OfThisProcessor_AreRight()
    {
        TestContext.WriteLine($"{ProcessorCaches.Instructions()}, caches {ProcessorCaches.State}: {string.Join(", ", ProcessorCaches.Believed() ?? [])} bytes");
        Assert.IsEmpty(ConvolutionCheck.Results.Where(result => !result.IsRight).ToList());
        Assert.HasCount(DevicePrecision.HasBf16(DeviceType.CPU) ? 6 : 3, ConvolutionCheck.Results);
        ConvolutionCheck.Require();
    }

    /// <summary>1 to 64 channels in and out, both layouts, a third of them in groups of 1, 2, 4 or as many as there are channels.</summary>
    private static IEnumerable<Convolution> Drawn(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (inputs, outputs, groups) = (random.Next(1, 65), random.Next(1, 65), 1);
            var (kernel, stride, dilation) = Kernels[random.Next(Kernels.Length)];
            if (random.Next(3) == 0)
            {
                groups = new[] { 1, 2, 4, inputs }.Where(g => inputs % g == 0).ElementAt(random.Next(inputs % 2 == 0 ? 2 : 1));
                outputs = inputs * random.Next(1, 3);
            }

            yield return new(3, inputs, outputs, kernel, stride, dilation, groups, 9, random.Next(2) == 0);
        }
    }

    private sealed record Convolution(int Images, int Inputs, int Outputs, int Kernel, int Stride, int Dilation, int Groups, int Size, bool ChannelsLast)
    {
        public IEnumerable<string> Errors()
        {
            foreach (var type in DevicePrecision.HasBf16(DeviceType.CPU) ? new[] { ScalarType.Float32, ScalarType.BFloat16 } : [ScalarType.Float32])
            {
                using var scope = NewDisposeScope();
                manual_seed(Inputs + (100 * Outputs));
                var (image, weight) = (Drawn(type, Images, Inputs, Size, Size), Drawn(type, Outputs, Inputs / Groups, Kernel, Kernel));
                var upstream = Drawn(type, Apply(image, weight).shape);
                var (actual, expected) = (Gradients(image, weight, upstream), Gradients(Wide(image), Wide(weight), Wide(upstream)));
                for (var i = 0; i < 3; i++)
                {
                    var error = (Wide(actual[i]) - expected[i]).abs().max().ToDouble() / expected[i].abs().max().ToDouble();
                    if (!(error < (type == ScalarType.BFloat16 ? 2e-2 : 3e-5)))
                    {
                        yield return $"{this}, {type}, {new[] { "output", "input's gradient", "weights' gradient" }[i]}: {error:G2}";
                    }
                }
            }
        }

        private Tensor Apply(Tensor image, Tensor weight)
        {
            var padding = Kernel / 2 * Dilation;
            return nn.functional.conv2d(image, weight, strides: [Stride, Stride], padding: [padding, padding], dilation: [Dilation, Dilation], groups: Groups);
        }

        private Tensor[] Gradients(Tensor image, Tensor weight, Tensor upstream)
        {
            var (x, w) = (image.detach().requires_grad_(true), weight.detach().requires_grad_(true));
            var output = Apply(x, w);
            output.backward([upstream]);
            return [output.detach(), x.grad!, w.grad!];
        }

        private Tensor Drawn(ScalarType type, params long[] shape)
        {
            var numbers = randn(shape).to(type);
            return ChannelsLast ? numbers.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : numbers;
        }

        private static Tensor Wide(Tensor numbers) => numbers.to(ScalarType.Float64).contiguous();
    }
}
