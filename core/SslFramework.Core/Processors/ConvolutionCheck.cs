using System.Runtime.CompilerServices;

namespace SslFramework.Core.Processors;

/// <summary>
/// Compares convolutions of this process's libtorch with plain loops, in milliseconds and once per process: nobody should train on a
/// machine that computes wrongly. The shapes are those that were wrong on machines that hide their caches, except those that end the
/// process.
/// </summary>
public static class ConvolutionCheck
{
    private static readonly Lazy<IReadOnlyList<CheckedConvolution>> Checked = new(() => [.. CheckAll()]);

    private static readonly Shape[] Shapes =
    [
        new(24, 24, Kernel: 3, Stride: 1, Size: 4, ChannelsLast: false),
        new(12, 12, Kernel: 3, Stride: 1, Size: 4, ChannelsLast: false),
        new(256, 512, Kernel: 1, Stride: 2, Size: 4, ChannelsLast: true),
    ];

    /// <summary>The result of each convolution, in float32, and in bfloat16 if the processor has it.</summary>
    internal static IReadOnlyList<CheckedConvolution> Results => Checked.Value;

    /// <summary>
    /// Starts the check on its own thread, so that a start does not wait for it: libtorch loads and the convolutions run while files and
    /// plugins are read.
    /// </summary>
    /// <returns>Waits for the thread when it is disposed, because libtorch must not be unloaded meanwhile.</returns>
    internal static IDisposable Begin() => new Beside();

    /// <summary>Does nothing if the processor computes correctly.</summary>
    /// <exception cref="ExperimentException">It does not.</exception>
    public static void Require()
    {
        if (Results.FirstOrDefault(result => !result.IsRight) is { } wrong)
        {
            var remedy = ProcessorCaches.State == CacheState.Left
                ? $"it believes in caches of one byte, which {ProcessorCaches.Variable}=as-told keeps: unset that, or take another machine"
                : "take another machine, and see 'ssl doctor'";
            throw new ExperimentException(
                FailureKind.Machine,
                $"libtorch computes wrongly on this machine ({wrong}), and nothing that is trained here would be worth anything; "
                + $"{remedy}.");
        }
    }

    private static IEnumerable<CheckedConvolution> CheckAll()
    {
        foreach (var shape in Shapes)
        {
            var expected = shape.InPlainLoops();
            yield return shape.Against(expected, ScalarType.Float32);
            if (DevicePrecision.HasBf16(DeviceType.CPU))
            {
                yield return shape.Against(expected, ScalarType.BFloat16);
            }
        }
    }

    private sealed class Beside : IDisposable
    {
        private readonly Thread thread = new(Check) { IsBackground = true };

        public Beside() => thread.Start();

        public void Dispose() => thread.Join();

        private static void Check()
        {
            try
            {
                _ = Results;
            }
            catch (Exception)
            {
                // Whoever asks for the results gets the same exception.
            }
        }
    }

    /// <summary>The results of a convolution and its two gradients: [N, O, H, W], [N, I, H, W] and [O, I, K, K], row-major.</summary>
    private sealed record Numbers(double[] Output, double[] Input, double[] Weight);

    private sealed record Shape(int Inputs, int Outputs, int Kernel, int Stride, int Size, bool ChannelsLast)
    {
        private const int Images = 2; // for a single one libtorch would not ask oneDNN

        private int Padding => Kernel / 2;

        private int OutputSize => ((Size + (2 * Padding) - Kernel) / Stride) + 1;

        private double[] Image => Eighths(Images * Inputs * Size * Size, salt: 1);

        private double[] Weight => Eighths(Outputs * Inputs * Kernel * Kernel, salt: 2);

        private double[] Upstream => Eighths(Images * Outputs * OutputSize * OutputSize, salt: 3);

        public override string ToString() =>
            $"{Inputs} → {Outputs} channels, {Kernel}×{Kernel}{(Stride > 1 ? $" of stride {Stride}" : "")}, "
            + $"channels {(ChannelsLast ? "last" : "first")}";

        public CheckedConvolution Against(Numbers expected, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var gradient = enable_grad();
            var image = Made(Image, type, Images, Inputs, Size, Size).requires_grad_(true);
            var weight = Made(Weight, type, Outputs, Inputs, Kernel, Kernel).requires_grad_(true);
            var output = nn.functional.conv2d(image, weight, strides: [Stride, Stride], padding: [Padding, Padding]);
            output.backward([Made(Upstream, type, output.shape)]);
            return new(
                ToString(), type, Error(output, expected.Output), Error(image.grad!, expected.Input), Error(weight.grad!, expected.Weight));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // it runs once, so that the runtime would not optimize it by itself
        public Numbers InPlainLoops()
        {
            var (image, weight, upstream) = (Image, Weight, Upstream);
            var sums = new Numbers(new double[upstream.Length], new double[image.Length], new double[weight.Length]);
            var side = OutputSize;
            for (var n = 0; n < Images; n++)
            {
                for (var o = 0; o < Outputs; o++)
                {
                    for (var i = 0; i < Inputs; i++)
                    {
                        for (var ky = 0; ky < Kernel; ky++)
                        {
                            for (var kx = 0; kx < Kernel; kx++)
                            {
                                var w = (((((o * Inputs) + i) * Kernel) + ky) * Kernel) + kx;
                                for (var oy = 0; oy < side; oy++)
                                {
                                    for (var ox = 0; ox < side; ox++)
                                    {
                                        var (y, x) = ((oy * Stride) + ky - Padding, (ox * Stride) + kx - Padding);
                                        if ((uint)y < (uint)Size && (uint)x < (uint)Size)
                                        {
                                            var at = (((((n * Inputs) + i) * Size) + y) * Size) + x;
                                            var to = (((((n * Outputs) + o) * side) + oy) * side) + ox;
                                            sums.Output[to] += image[at] * weight[w];
                                            sums.Input[at] += upstream[to] * weight[w];
                                            sums.Weight[w] += upstream[to] * image[at];
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }

            return sums;
        }

        private Tensor Made(double[] numbers, ScalarType type, params long[] shape)
        {
            var made = tensor(numbers, shape, dtype: type, device: CPU);
            return ChannelsLast ? made.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : made;
        }

        private static double Error(Tensor actual, double[] expected)
        {
            var numbers = actual.detach().to(ScalarType.Float64).contiguous().data<double>();
            var (error, largest) = (0.0, 0.0);
            for (var i = 0; i < expected.Length; i++)
            {
                (error, largest) = (Math.Max(error, Math.Abs(numbers[i] - expected[i])), Math.Max(largest, Math.Abs(expected[i])));
            }

            return error / largest;
        }

        /// <summary>Multiples of 1/8 in [−1, 1), which bfloat16 holds exactly.</summary>
        private static double[] Eighths(int count, uint salt)
        {
            var numbers = new double[count];
            for (var i = 0; i < count; i++)
            {
                numbers[i] = ((unchecked(((uint)i + (salt << 20)) * 2654435761u) >> 28) / 8.0) - 1;
            }

            return numbers;
        }
    }
}
