using System.Globalization;
using System.Text.RegularExpressions;

namespace SslFramework.Host.Configuration;

/// <summary>Every mistake of an experiment, told at once.</summary>
public sealed partial class ConfigErrors
{
    private readonly List<(string Place, string Sentence)> errors = [];

    public int Count => errors.Count;

    /// <summary>One line a mistake, in the order of the file.</summary>
    public IEnumerable<string> Lines => errors
        .OrderBy(e => LineOf(e.Place))
        .Select(e => $"{e.Place}: {e.Sentence}");

    public void Add(string place, string sentence) => errors.Add((place, sentence));

    /// <summary>Throws if there is any.</summary>
    /// <exception cref="ExperimentException">All of them in one message.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new ExperimentException(ExitCode.Config, string.Join(Environment.NewLine, Lines));
        }
    }

    private static int LineOf(string place) =>
        LinePattern().Match(place) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : int.MaxValue;

    [GeneratedRegex(@":(\d+):\d+$")]
    private static partial Regex LinePattern();
}
