using System.Collections.Concurrent;
using System.Globalization;

namespace SslFramework.Engine.Data;

/// <summary>An image that could not be used.</summary>
/// <param name="Index">Its number in its source.</param>
/// <param name="Reason">What is wrong with it, by name.</param>
internal sealed record BadImage(int Index, string Reason);

/// <summary>
/// Reads images, puts others in the place of those that cannot be used, and lists the latter. What is shown instead is a
/// pure function of (seed, epoch, image), so that neither the number of threads nor a resume changes it. Thread-safe.
/// </summary>
/// <param name="source">The images.</param>
/// <param name="maximumShare">The part of them, 0 to 1, that may be bad; all of them never may.</param>
internal sealed class BadImages(IDataSource source, double maximumShare)
{
    private const int Named = 5;
    private const ulong Stream = ulong.MaxValue; // no view has this number
    private readonly ConcurrentDictionary<int, ExperimentException> found = new();

    /// <summary>How many have been found.</summary>
    public int Count => found.Count;

    /// <summary>Those that have been found, in the source's order.</summary>
    public IReadOnlyList<BadImage> List() =>
        [.. found.OrderBy(entry => entry.Key).Select(entry => new BadImage(entry.Key, entry.Value.Message))];

    /// <summary>Reads image <paramref name="index"/>, or another one where it is bad.</summary>
    /// <returns>The number of the image that was read.</returns>
    /// <exception cref="ExperimentException">More images are bad than may be.</exception>
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

    /// <summary>Reads image <paramref name="index"/>, unless it is bad: known as such, or not to be decoded now.</summary>
    /// <returns>Whether it could be read.</returns>
    /// <exception cref="ExperimentException">More images are bad than may be, or the disk does not give the image's bytes.</exception>
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
            CultureInfo.InvariantCulture, $"{bad.Count} of {source.Count} images cannot be used so far, more than the {maximumShare:P0} that \"maximumBad\" allows");
        return new ExperimentException(FailureKind.Data, $"{rule}; 'ssl data check' lists them all. {string.Join(" ", bad.Take(Named).Select(image => image.Reason))}", last);
    }
}
