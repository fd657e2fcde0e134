using System.Text.Json;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Sweeps;

/// <summary>A point before its seed: where it stands and what it sets.</summary>
/// <param name="Place">Its value on each axis.</param>
/// <param name="Experiment">The file that is varied.</param>
/// <param name="Settings">Keys and values, in order.</param>
internal sealed record SweepVariant(
    IReadOnlyList<(string Axis, string Value)> Place, string Experiment, IReadOnlyList<KeyValuePair<string, ConfigNode>> Settings);

/// <summary>Expands a sweep's grid and list.</summary>
internal static class SweepGrid
{
    /// <summary>
    /// All points: the grid's, the last axis running fastest, then the list's; one without settings where there is neither.
    /// </summary>
    public static IReadOnlyList<SweepVariant> Variants(SweepFile file, string name, ConfigErrors errors)
    {
        var variants = new List<SweepVariant>();
        if (file.Grid is { } grid)
        {
            IEnumerable<SweepVariant> points = [new SweepVariant([], file.Experiment ?? "", [])];
            foreach (var (axis, node) in Members(grid, "grid", errors))
            {
                var values = ValuesOf(axis, node, errors).ToArray();
                points = [.. points.SelectMany(point => values.Select(value => point with
                {
                    Place = [.. point.Place, (axis, value.Name)],
                    Settings = [.. point.Settings, .. value.Settings],
                }))];
            }

            var excluded = file.Exclude.Select(conditions => Members(conditions, "exclude", errors)).ToArray();
            var absent = excluded.SelectMany(conditions => conditions).Where(condition => !points.Any(point => Fits(condition, point)));
            foreach (var (axis, value) in absent)
            {
                errors.Add(value.Place, $"\"exclude\" leaves out {axis} {value.Text}, which the grid does not have");
            }

            variants.AddRange(points.Where(point => !excluded.Any(conditions => FitsAll(conditions, point))));
        }

        variants.AddRange(file.List.Select(item => new SweepVariant(
            [.. Members(item.At, "at", errors).Select(place => (place.Key, place.Value.Text))],
            item.Experiment ?? file.Experiment ?? "",
            item.Set is null ? [] : [.. Members(item.Set, "set", errors)])));
        if (file.Grid is null && file.List.Count == 0)
        {
            variants.Add(new([], file.Experiment ?? "", []));
        }

        if (file.Set is { } all)
        {
            Members(all, "set", errors);
        }

        if (variants.Any(variant => variant.Experiment.Length == 0))
        {
            errors.Add(name, "a point has no experiment: name one with the key \"experiment\"");
            return [];
        }

        return variants;
    }

    /// <summary>The values of an axis of the grid, in order; none where the grid has no such axis.</summary>
    public static IEnumerable<string> ValuesOf(SweepFile file, string axis) => file.Grid?.Members.GetValueOrDefault(axis) is { } node
        ? ValuesOf(axis, node, new ConfigErrors()).Select(value => value.Name)
        : [];

    /// <summary>A list of plain values sets the axis's own key; an object gives each value a name and keys to set.</summary>
    private static IEnumerable<(string Name, IEnumerable<KeyValuePair<string, ConfigNode>> Settings)> ValuesOf(
        string axis, ConfigNode node, ConfigErrors errors)
    {
        if (node.Kind == JsonValueKind.Object)
        {
            return node.Members.Select(value => (value.Key, Settings(value)));
        }

        var isList = node.Kind == JsonValueKind.Array && node.Items.Count > 0;
        if (!isList || node.Items.Exists(item => item.Kind is JsonValueKind.Object or JsonValueKind.Array))
        {
            errors.Add(
                node.Place,
                $"\"grid.{axis}\" must be a list of plain values, or an object that names its values: "
                + "{ \"small\": { \"key\": value }, … }");
            return [];
        }

        return node.Items.Select(item => (item.Text, (IEnumerable<KeyValuePair<string, ConfigNode>>)[KeyValuePair.Create(axis, item)]));

        IEnumerable<KeyValuePair<string, ConfigNode>> Settings(KeyValuePair<string, ConfigNode> value) =>
            Members(value.Value, $"grid.{axis}.{value.Key}", errors);
    }

    private static bool FitsAll(IReadOnlyDictionary<string, ConfigNode> conditions, SweepVariant point) =>
        conditions.Count > 0 && conditions.All(condition => Fits(condition, point));

    private static bool Fits(KeyValuePair<string, ConfigNode> condition, SweepVariant point) =>
        point.Place.Contains((condition.Key, condition.Value.Text));

    private static IReadOnlyDictionary<string, ConfigNode> Members(ConfigNode node, string path, ConfigErrors errors)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            errors.Add(node.Place, $"\"{path}\" is {node.Describe()}, but must be an object");
        }

        return node.Members;
    }
}
