namespace SslFramework;

/// <summary>
/// A small generator (SplitMix64) that is a pure function of its four keys: it gives the same numbers for any number of loader
/// threads, and after a resume. Steele, Lea and Flood 2014, https://doi.org/10.1145/2660193.2660195
/// </summary>
public struct SampleRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>Makes a generator for one view of one image.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, or the step.</param>
    /// <param name="sample">The image's number in its data source.</param>
    /// <param name="view">The view's number.</param>
    public SampleRandom(ulong seed, ulong epoch, ulong sample, ulong view)
    {
        state = Mix(seed + Gamma);
        state = Mix(state ^ ((epoch + 1) * 0xD1342543DE82EF95));
        state = Mix(state ^ ((sample + 1) * 0xA24BAED4963EE407));
        state = Mix(state ^ ((view + 1) * 0x9FB21C651E98DF25));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(state += Gamma);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, 1).</summary>
    public float NextSingle() => (NextBits() >> 40) * (1.0f / (1 << 24));

    /// <summary>Uniform in [<paramref name="minimum"/>, <paramref name="maximum"/>).</summary>
    public double NextDouble(double minimum, double maximum) => minimum + ((maximum - minimum) * NextDouble());

    /// <summary>Uniform whole number from 0 to <paramref name="exclusiveMaximum"/> − 1.</summary>
    public int Next(int exclusiveMaximum) =>
        (int)(((UInt128)NextBits() * (uint)exclusiveMaximum) >> 64);

    /// <summary>True with the given probability. Draws even if the answer is certain, so that streams stay aligned.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
