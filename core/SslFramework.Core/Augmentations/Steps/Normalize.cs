using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Normalize"/>; the defaults are ImageNet's.</summary>
internal sealed record NormalizeOptions : IValidatableObject
{
    /// <summary>The mean of values in [0, 1]: one number, or one for each channel.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>The standard deviation: one number, or one for each channel.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.229, 0.224, 0.225];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Mean.Count == 0 || Mean.Any(mean => !double.IsFinite(mean)))
        {
            yield return new ValidationResult("\"mean\" must hold one number, or one for each channel.", [nameof(Mean)]);
        }

        if (Std.Count == 0 || Std.Any(std => !(std > 0) || double.IsInfinity(std)))
        {
            yield return new ValidationResult("\"std\" must hold one number above 0, or one for each channel.", [nameof(Std)]);
        }
    }
}

/// <summary>Takes the mean away and divides by the standard deviation, channel by channel.</summary>
internal sealed class Normalize(NormalizeOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before)
    {
        Check("mean", options.Mean.Count, before.Channels);
        Check("std", options.Std.Count, before.Channels);
        return before.InUnitRange("normalize") with { Normalized = true };
    }

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        for (var channel = 0; channel < image.Channels; channel++)
        {
            Colors.Normalize(image.Plane(channel), At(options.Mean, channel), At(options.Std, channel));
        }
    }

    private static float At(IReadOnlyList<double> values, int channel) => (float)values[values.Count == 1 ? 0 : channel];

    private static void Check(string option, int count, int channels)
    {
        if (count != 1 && count != channels)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The step 'normalize' has {count} numbers in \"{option}\", but the data has {channels} "
                + $"channel{(channels == 1 ? "" : "s")}; give one number{(channels == 1 ? "" : $" or {channels}")}.");
        }
    }
}
