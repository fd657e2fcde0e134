using System.Globalization;
using System.Text.Json;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Sweeps;

/// <summary>All runs of a sweep, each read and checked before the first one starts.</summary>
/// <param name="File">What was asked for.</param>
/// <param name="Points">In the order in which they run: all points with the first seed, then with the next.</param>
internal sealed record SweepPlan(SweepFile File, IReadOnlyList<SweepPoint> Points)
{
    private const int LongestName = 100;
    private const int MostPoints = 10_000;
    private const string Seed = "seed";

    /// <summary>Reads a sweep.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="settings">What the command line sets in every point.</param>
    /// <param name="catalog">What experiments can name.</param>
    /// <exception cref="ExperimentException">
    /// All mistakes of the sweep and of every point at once, each with its place and remedy.
    /// </exception>
    public static SweepPlan Read(string path, IReadOnlyCollection<string> settings, ComponentCatalog catalog)
    {
        var errors = new ConfigErrors();
        var root = ConfigReader.ReadFile(path, errors, FileKind.Sweep);
        var file = root is null ? null : new OptionsBinder(catalog, errors, "the sweep").Bind<SweepFile>(root);
        errors.ThrowIfAny();

        CheckCount(file!, path);
        var variants = SweepGrid.Variants(file!, Path.GetFileName(path), errors);
        CheckTwice(file!, variants, settings, path, errors);
        var points = new List<SweepPoint>();
        foreach (var seed in file!.Seeds.Count > 0 ? root!.Members["seeds"].Items : Enumerable.Repeat<ConfigNode?>(null, 1))
        {
            foreach (var variant in variants)
            {
                if (Read(variant, seed, file, settings, catalog, path, errors) is { } experiment)
                {
                    points.Add(new SweepPoint(variant.Place, experiment));
                }
            }
        }

        foreach (var twice in points.GroupBy(point => point.Experiment.Name).Where(group => group.Count() > 1))
        {
            errors.Add(path, $"{twice.Count()} points are called \"{twice.Key}\"; give the values of an axis names that differ: "
                + "{ \"name\": { \"key\": value } }");
        }

        CheckTable(file.Table, variants, points, path, errors);
        errors.ThrowIfAny();
        return points.Count > 0 ? new(file, points) : throw new ExperimentException(
            FailureKind.Config, $"{path} has no point: give it a \"grid\", a \"list\" or several \"seeds\".");
    }

    private static void CheckTable(
        SweepLayout table, IReadOnlyList<SweepVariant> variants, List<SweepPoint> points, string path, ConfigErrors errors)
    {
        var named = variants.SelectMany(variant => variant.Place).Select(place => place.Axis).Distinct();
        string[] axes = [.. named, SweepLayout.Layer, SweepLayout.Metric];
        if (table.Columns is { } columns && !axes.Contains(columns))
        {
            errors.Add(path, $"\"table.columns\" names the axis \"{columns}\"{Nearest.Hint(columns, axes)}");
        }

        var measured = points.SelectMany(point => point.Experiment.Evaluation?.Evaluators ?? []);
        string[] evaluators = [.. measured.Select(evaluator => evaluator.Descriptor.Name).Distinct()];
        if (table.Measure?.Split(' ')[0] is { } evaluator && points.Count > 0 && !evaluators.Contains(evaluator))
        {
            errors.Add(path, $"\"table.measure\" begins with the evaluator \"{evaluator}\", "
                + $"which no point has{Nearest.Hint(evaluator, evaluators)}");
        }
    }

    /// <summary>Before they are put together: a grid is written in a line and may have more points than memory holds.</summary>
    private static void CheckCount(SweepFile file, string path)
    {
        var axes = (file.Grid?.Members.Values ?? []).Select(axis => Math.Max(1, axis.Members.Count + axis.Items.Count));
        var grid = axes.Aggregate(file.Grid is null ? 0d : 1, (points, values) => points * values);
        var all = (grid + file.List.Count) * Math.Max(1, file.Seeds.Count);
        if (all > MostPoints)
        {
            throw new ExperimentException(FailureKind.Config, string.Create(
                CultureInfo.InvariantCulture, $"{path} has {all:N0} points, each of which is a training; "
                    + $"a sweep has at most {MostPoints:N0}: shorten the axes of \"grid\", or \"seeds\"."));
        }
    }

    /// <summary>A key that two axes set, or an axis and the seeds, would be trained with one of the values and named after both.</summary>
    private static void CheckTwice(
        SweepFile file, IReadOnlyList<SweepVariant> variants, IReadOnlyCollection<string> settings, string path, ConfigErrors errors)
    {
        var ofAxes = variants.SelectMany(variant => variant.Settings.CountBy(setting => setting.Key));
        foreach (var key in ofAxes.Where(setting => setting.Value > 1).Select(setting => setting.Key))
        {
            errors.Add(path, $"two axes set \"{key}\"; let one of them do it");
        }

        var fixedKeys = (file.Set?.Members ?? new Dictionary<string, ConfigNode>()).Select(setting => setting.Key);
        var set = variants.SelectMany(variant => variant.Settings).Select(setting => setting.Key).Concat(fixedKeys);
        if (file.Seeds.Count > 0 && set.Concat(settings.Select(setting => setting.Split('=')[0].Trim())).Contains(Seed))
        {
            errors.Add(path, "\"seeds\" gives each point its seed, and \"seed\" is set besides; leave one of them out");
        }
    }

    private static ExperimentConfig? Read(
        SweepVariant variant,
        ConfigNode? seed,
        SweepFile file,
        IReadOnlyCollection<string> settings,
        ComponentCatalog catalog,
        string path,
        ConfigErrors errors)
    {
        if (NameOf(variant, seed?.Text) is not { Length: > 0 } name)
        {
            if (variant.Place.Count > 0)
            {
                var axes = string.Join(" and ", variant.Place.Select(place => $"\"{place.Axis}\""));
                errors.Add(
                    path,
                    $"the values of {axes} have no letter or digit of which a run's name could be made; "
                    + "name them: { \"name\": { \"key\": value } }");
            }

            return null;
        }

        if (ConfigReader.ReadFile(variant.Experiment, errors, FileKind.Experiment) is not { } root)
        {
            return null;
        }

        foreach (var (key, value) in (file.Set?.Members ?? new Dictionary<string, ConfigNode>()).Concat(variant.Settings))
        {
            ConfigOverrides.Set(root, key, value.Copy(), errors);
        }

        ConfigOverrides.Apply(root, settings, errors);
        if (root.Kind == JsonValueKind.Object)
        {
            root.Set("name", new ConfigNode(JsonValueKind.String, path, "") { Text = name });
        }

        if (root.Kind == JsonValueKind.Object && seed is not null)
        {
            root.Set(Seed, seed.Copy());
        }

        return new OptionsBinder(catalog, errors).Bind<ExperimentConfig>(root);
    }

    /// <summary>Letters, digits, '.', '_' and '-' alone, because it becomes a folder.</summary>
    private static string NameOf(SweepVariant variant, string? seed)
    {
        var places = variant.Place.Select(place => IsName(place.Value) ? place.Value : $"{SweepPoint.ShortName(place.Axis)}-{place.Value}");
        var name = string.Join('_', seed is null ? places : places.Append($"seed-{seed}"));
        name = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-', '.', '_');
        return name.Length <= LongestName ? name : name[..LongestName];

        bool IsName(string value) => variant.Place.Count == 1 && value is [var first, ..] && char.IsAsciiLetter(first);
    }
}
