using System.Text.Json;

namespace SslFramework.Host.Configuration;

/// <summary>What a file is meant to be: how messages speak of it, and which command takes it.</summary>
/// <param name="Named">With its article.</param>
/// <param name="Example">One that ships.</param>
/// <param name="Command">What is written before the file.</param>
internal sealed record FileKind(string Named, string Example, string Command)
{
    /// <summary>One training.</summary>
    public static FileKind Experiment { get; } = new("an experiment", "host/experiments/quickstart.json", "ssl train");

    /// <summary>What is measured of weights.</summary>
    public static FileKind Evaluation { get; } =
        new("an evaluation", "host/experiments/evaluations/protocols.json", "ssl evaluate RUN --with");

    /// <summary>Many trainings.</summary>
    public static FileKind Sweep { get; } = new("a sweep", "host/experiments/studies/mae-mask-ratio.json", "ssl sweep");

    /// <summary>Without its article.</summary>
    public string Name => Named[(Named.IndexOf(' ') + 1)..];

    /// <summary>What the keys of a file say that it is, or null where they do not say it.</summary>
    public static FileKind? Of(ConfigNode root)
    {
        bool Has(string key) => root.Kind == JsonValueKind.Object && root.Members.ContainsKey(key);
        return Has("objective") ? Experiment
            : Has("grid") || Has("list") || Has("seeds") || Has("experiment") ? Sweep
            : Has("evaluators") ? Evaluation : null;
    }
}
