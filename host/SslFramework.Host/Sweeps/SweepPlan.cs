using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Sweeps;

/// <summary>All runs of a sweep, each read and checked before the first one starts.</summary>
/// <param name="File">What was asked for.</param>
/// <param name="Points">In the order in which they run: all points with the first seed, then with the next.</param>
public sealed record SweepPlan(SweepFile File, IReadOnlyList<SweepPoint> Points)
{
    private const int LongestName = 100;

    /// <summary>Reads a sweep.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="settings">What the command line sets in every point.</param>
    /// <param name="catalog">What experiments can name.</param>
    /// <exception cref="ExperimentException">All mistakes of the sweep and of every point at once, each with its place and remedy.</exception>
    public static SweepPlan Read(string path, IReadOnlyCollection<string> settings, ComponentCatalog catalog)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadFile(path, errors, FileKind.Sweep);
        var file = root is null ? null : new OptionsBinder(catalog, errors, "the sweep").Bind<SweepFile>(root);
        errors.ThrowIfAny();

        var variants = SweepGrid.Variants(file!, Path.GetFileName(path), errors);
        var points = new List<SweepPoint>();
        foreach (var seed in file!.Seeds.Count > 0 ? file.Seeds.Select(s => (long?)s) : [null])
        {
            foreach (var variant in variants)
            {
                if (Read(variant, file, settings, catalog, errors) is { } experiment)
                {
                    points.Add(new SweepPoint(variant.Place, experiment with { Name = NameOf(variant, seed), Seed = seed ?? experiment.Seed }));
                }
            }
        }

        foreach (var twice in points.GroupBy(point => point.Experiment.Name).Where(group => group.Count() > 1))
        {
            errors.Add(path, $"{twice.Count()} points are called \"{twice.Key}\"; give the values of an axis names that differ: {{ \"name\": {{ \"key\": value }} }}");
        }

        CheckTable(file.Table, variants, points, path, errors);
        errors.ThrowIfAny();
        return points.Count > 0 ? new(file, points) : throw new ExperimentException(
            ExitCode.Config, $"{path} has no point: give it a \"grid\", a \"list\" or several \"seeds\".");
    }

    private static void CheckTable(SweepLayout table, IReadOnlyList<SweepVariant> variants, List<SweepPoint> points, string path, ConfigErrors errors)
    {
        string[] axes = [.. variants.SelectMany(variant => variant.Place).Select(place => place.Axis).Distinct(), SweepLayout.Layer, SweepLayout.Metric];
        if (table.Columns is { } columns && !axes.Contains(columns))
        {
            errors.Add(path, $"\"table.columns\" names the axis \"{columns}\"{Nearest.Hint(columns, axes)}");
        }

        string[] evaluators = [.. points.SelectMany(point => point.Experiment.Evaluation?.Evaluators ?? []).Select(e => e.Descriptor.Name).Distinct()];
        if (table.Measure?.Split(' ')[0] is { } evaluator && points.Count > 0 && !evaluators.Contains(evaluator))
        {
            errors.Add(path, $"\"table.measure\" begins with the evaluator \"{evaluator}\", which no point has{Nearest.Hint(evaluator, evaluators)}");
        }
    }

    private static ExperimentConfig? Read(SweepVariant variant, SweepFile file, IReadOnlyCollection<string> settings, ComponentCatalog catalog, ConfigErrors errors)
    {
        if (ConfigReader.ReadFile(variant.Experiment, errors, FileKind.Experiment) is not { } root)
        {
            return null;
        }

        foreach (var (key, value) in (file.Set?.Members ?? new Dictionary<string, ConfigNode>()).Concat(variant.Settings))
        {
            ConfigOverrides.Set(root, key, value.Copy(), errors);
        }

        ConfigOverrides.Apply(root, settings, errors);
        return new OptionsBinder(catalog, errors).Bind<ExperimentConfig>(root);
    }

    /// <summary>Letters, digits, '.', '_' and '-' alone, because it becomes a folder.</summary>
    private static string NameOf(SweepVariant variant, long? seed)
    {
        var places = variant.Place.Select(p => variant.Place.Count == 1 && char.IsLetter(p.Value[0]) ? p.Value : $"{SweepPoint.ShortName(p.Axis)}-{p.Value}");
        var name = string.Join('_', seed is null ? places : places.Append($"seed-{seed}"));
        name = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-', '.', '_');
        return name.Length <= LongestName ? name : name[..LongestName];
    }
}
