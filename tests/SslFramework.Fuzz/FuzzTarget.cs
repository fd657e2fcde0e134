namespace SslFramework.Fuzz;

/// <summary>One parser, given bytes of anybody.</summary>
/// <param name="Name">Names it on the command line, and its folder of the corpus.</param>
/// <param name="Run">
/// Parses. It may return, or throw an <see cref="ExperimentException"/>: everything else is a finding, and so is taking
/// long, or much memory.
/// </param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run)
{
    /// <summary>Words and numbers that the format knows, to build new inputs from.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Managed memory that one input may take, beside what its own length explains.</summary>
    public long MostMemory { get; init; } = 64 << 20;

    /// <summary>Inputs to begin with that a build makes; those of the corpus folder come on top.</summary>
    public Func<IEnumerable<byte[]>> Seeds { get; init; } = () => [];
}
