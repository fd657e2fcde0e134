using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Plugins.Exemplar;

/// <summary>The random transformations of the paper, composed, for a whole batch at once.</summary>
public sealed class Transformations
{
    private const int Movement = 4; // translation y and x, scale, angle
    private const int Tone = 6; // exponent, factor and offset of saturation, then of value
    private readonly ExemplarOptions options;

    /// <summary>Makes the transformations of windows of one size.</summary>
    /// <param name="options">The options with the ranges.</param>
    /// <param name="window">Side of the windows that patches are cut from.</param>
    /// <exception cref="ExperimentException">Rotated and enlarged patches would reach beyond the windows.</exception>
    public Transformations(ExemplarOptions options, long window)
    {
        this.options = options;
        if (window < SmallestWindow(options))
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The views have {window} pixels a side, but patches of {options.PatchSize} pixels "
                + $"with these translations, scales and rotations need {SmallestWindow(options)}; "
                + "set \"window\" of the data source \"exemplarSeeds\" to that, or lower \"patchSize\".");
        }
    }

    /// <summary>Side of the smallest window that holds every patch.</summary>
    public static int SmallestWindow(ExemplarOptions options) =>
        SimilarityTransform.SmallestWindow(options.PatchSize, options.Translation, options.Scale[1], options.Rotation);

    /// <summary>Draws the parameters of each image's transformation.</summary>
    /// <param name="batch">Names the images and the device.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="channels">1 or 3.</param>
    /// <returns>
    /// float32 [N, 11 + channels]: translation y and x (sides of the patch), scale, angle (radians), exponent, factor and
    /// offset of the saturation and of the value, hue (turns), one factor per axis.
    /// </returns>
    public Tensor Draw(ViewBatch batch, StepRandom random, int channels)
    {
        var width = Movement + Tone + 1 + channels;
        var numbers = new float[batch.Count * width];
        for (var n = 0; n < batch.Count; n++)
        {
            var draw = random.ForSample(batch.Indices[n]);
            var own = numbers.AsSpan(n * width, width);
            (own[0], own[1]) = (Shift(ref draw, options.Translation), Shift(ref draw, options.Translation));
            (own[2], own[3]) = (Ratio(ref draw, options.Scale), Shift(ref draw, options.Rotation * Math.PI / 180));
            for (var i = Movement; i < Movement + Tone; i += 3)
            {
                (own[i], own[i + 1], own[i + 2]) =
                    (Ratio(ref draw, options.Power), Ratio(ref draw, options.Factor), Shift(ref draw, options.Offset));
            }

            own[Movement + Tone] = Shift(ref draw, options.Hue);
            for (var axis = 0; axis < channels; axis++)
            {
                own[width - channels + axis] = options.AxisDeviations is { } deviations
                    ? (float)Math.Pow(2, deviations[axis] * Normal(ref draw)) : Ratio(ref draw, options.AxisFactor);
            }
        }

        return tensor(numbers, [batch.Count, width], device: batch.Device);
    }

    /// <summary>Transforms every window.</summary>
    /// <param name="windows">[N, C, W, W] in [0, 1].</param>
    /// <param name="parameters">The parameters from <see cref="Draw"/>.</param>
    /// <param name="mean">Mean color of the data, [C].</param>
    /// <param name="axes">Principal axes of the data's colors, one per column, [C, C].</param>
    /// <returns>[N, C, p, p] in [0, 1].</returns>
    public Tensor Apply(Tensor windows, Tensor parameters, Tensor mean, Tensor axes)
    {
        using var scope = NewDisposeScope();
        var p = parameters.to(windows.dtype);
        var moved = SimilarityTransform.Sample(windows, options.PatchSize, p.narrow(1, 0, Movement));
        var patches = ColorAxes.Stretch(moved, p.narrow(1, Movement + Tone + 1, windows.shape[1]), mean, axes).clamp(0, 1);
        var tone = p.narrow(1, Movement, Tone + 1).view(-1, Tone + 1, 1, 1, 1).unbind(1); // 7 times [N, 1, 1, 1]
        if (windows.shape[1] == 1)
        {
            return Toned(patches, tone, 3).MoveToOuterDisposeScope(); // gray has a value, but neither saturation nor hue
        }

        var (hue, saturation, value) = Hsv.FromRgb(patches);
        return Hsv.ToRgb(hue + tone[Tone], Toned(saturation, tone, 0), Toned(value, tone, 3)).MoveToOuterDisposeScope();
    }

    private static Tensor Toned(Tensor values, Tensor[] tone, int first) =>
        ((values.pow(tone[first]) * tone[first + 1]) + tone[first + 2]).clamp(0, 1);

    private static float Shift(ref SampleRandom draw, double largest) => (float)draw.NextDouble(-largest, largest);

    private float Ratio(ref SampleRandom draw, IReadOnlyList<double> range) => (float)(options.Ratios == RatioDraw.Uniform
        ? draw.NextDouble(range[0], range[1])
        : Math.Exp(draw.NextDouble(Math.Log(range[0]), Math.Log(range[1]))));

    private static double Normal(ref SampleRandom draw) =>
        Math.Sqrt(-2 * Math.Log(1 - draw.NextDouble())) * Math.Cos(Math.Tau * draw.NextDouble()); // Box and Muller
}
