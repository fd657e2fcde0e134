using System.Collections.Concurrent;
using System.Globalization;

namespace SslFramework.Engine.Data;

/// <summary>
/// Reads images, replaces those that cannot be used by others, and lists them. The replacement is a pure function of (seed,
/// epoch, image), so that neither the number of threads nor a resume changes it. Thread-safe.
/// </summary>
/// <param name="source">The images.</param>
/// <param name="maximumShare">The share of them, 0 to 1, that may be bad; all of them never may.</param>
internal sealed class BadImages(IDataSource source, double maximumShare)
{
    private const int Named = 5;
    private const ulong Stream = ulong.MaxValue; // no view has this number
    private readonly ConcurrentDictionary<int, ExperimentException> found = new();

    /// <summary>How many bad images have been found.</summary>
    public int Count => found.Count;

    /// <summary>The bad images that have been found, in the source's order.</summary>
    public IReadOnlyList<BadImage> List() =>
        [.. found.OrderBy(entry => entry.Key).Select(entry => new BadImage(entry.Key, entry.Value.Message))];

    /// <summary>Reads image <paramref name="index"/>, or another one if it is bad.</summary>
    /// <returns>The number of the image that was read.</returns>
    /// <exception cref="ExperimentException">More than the allowed share of images is bad.</exception>
    public int Read(int index, long seed, int epoch, PixelBuffer destination)
    {
        if (TryRead(index, destination))
        {
            return index;
        }

        var random = new SampleRandom(unchecked((ulong)seed), (ulong)epoch, (ulong)index, Stream);
        while (true)
        {
            var other = random.Next(source.Count);
            if (TryRead(other, destination))
            {
                return other;
            }
        }
    }

    /// <summary>Reads image <paramref name="index"/> unless it is known to be bad or cannot be decoded now.</summary>
    /// <returns>Whether it could be read.</returns>
    /// <exception cref="ExperimentException">
    /// More than the allowed share of images is bad, or the disk does not give the image's bytes.
    /// </exception>
    public bool TryRead(int index, PixelBuffer destination)
    {
        if (!found.ContainsKey(index))
        {
            try
            {
                source.Read(index, destination);
                return true;
            }
            catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
            {
                found[index] = bad;
            }
        }

        return found.Count <= maximumShare * source.Count && found.Count < source.Count ? false : throw TooMany(found[index]);
    }

    private ExperimentException TooMany(ExperimentException last)
    {
        var bad = List();
        var rule = bad.Count == source.Count ? $"None of the {source.Count} images can be used" : string.Create(
            CultureInfo.InvariantCulture,
            $"{bad.Count} of {source.Count} images cannot be used so far, more than the {maximumShare:P0} that \"maximumBad\" allows");
        return new ExperimentException(
            FailureKind.Data,
            $"{rule}; 'ssl data check' lists them all. {string.Join(" ", bad.Take(Named).Select(image => image.Reason))}",
            last);
    }
}
