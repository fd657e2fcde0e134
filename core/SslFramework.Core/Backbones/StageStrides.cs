using TorchSharp.Modules;

namespace SslFramework.Core.Backbones;

/// <summary>How many pixels of the image a pixel of each stage's maps stands for, and how to lower that.</summary>
internal sealed class StageStrides
{
    private readonly IReadOnlyList<NetworkStage> stages;
    private readonly int least;
    private readonly Lazy<IReadOnlyDictionary<Conv2d, long>> ownStrides;
    private int output;

    /// <summary>Begins with the strides that the stages have.</summary>
    /// <param name="stages">The stages, from input to output.</param>
    /// <param name="least">The lowest stride of the last maps: that of what is no convolution, such as a pooling.</param>
    public StageStrides(IReadOnlyList<NetworkStage> stages, int least = 1)
    {
        (this.stages, this.least) = (stages, least);
        output = stages.Aggregate(1, (stride, stage) => stride * stage.Stride);
        ownStrides = new(() => Convolutions(stages).ToDictionary(convolution => convolution, convolution => convolution.stride[0]));
    }

    /// <summary>The maps of the stages.</summary>
    public IReadOnlyList<FeatureMap> Maps
    {
        get
        {
            var (maps, stride) = (new List<FeatureMap>(), 1);
            foreach (var stage in stages)
            {
                stride = Math.Min(stride * stage.Stride, output);
                maps.Add(new(stage.Name, stage.Channels, stride));
            }

            return maps;
        }
    }

    /// <summary>The stride of the last maps.</summary>
    /// <exception cref="ExperimentException">It is no stride that a stage of the network has.</exception>
    public int Output
    {
        get => output;
        set
        {
            var known = stages.Select((_, s) => stages.Take(s + 1).Aggregate(1, (stride, stage) => stride * stage.Stride))
                .Where(stride => stride >= least).Distinct();
            if (!known.Contains(value))
            {
                throw new ExperimentException(
                    FailureKind.Config, $"The backbone gives maps of a stride of {string.Join(", ", known)}, but {value} was asked for.");
            }

            output = value;
            Dilate(value);
        }
    }

    private static IEnumerable<Conv2d> Convolutions(IEnumerable<NetworkStage> stages) =>
        stages.SelectMany(stage => stage.Modules).SelectMany(module => module.modules().Prepend(module)).OfType<Conv2d>().Distinct();

    /// <summary>
    /// From the stage on whose stride would exceed the wanted one, strides become 1, and what follows skips as many places as they
    /// skipped. Yu and Koltun 2016, https://arxiv.org/abs/1511.07122
    /// </summary>
    private void Dilate(int wanted)
    {
        var (stride, dilation) = (1, 1L);
        foreach (var stage in stages)
        {
            var before = dilation;
            var isLowered = stride * stage.Stride > wanted;
            (stride, dilation) = isLowered ? (stride, dilation * stage.Stride) : (stride * stage.Stride, dilation);
            foreach (var convolution in Convolutions([stage]))
            {
                var step = ownStrides.Value[convolution];
                var skipped = convolution.kernel_size[0] == 1 ? 1 : step > 1 ? before : dilation;
                convolution.stride = isLowered ? [1, 1] : [step, step];
                convolution.dilation = [skipped, skipped];
                if (convolution.padding is { } padding && convolution.kernel_size[0] % 2 == 1)
                {
                    Array.Fill(padding, skipped * (convolution.kernel_size[0] / 2)); // of odd kernels, so that the size stays
                }
            }
        }
    }
}
