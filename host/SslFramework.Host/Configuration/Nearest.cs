namespace SslFramework.Host.Configuration;

/// <summary>Suggestions for mistyped names.</summary>
internal static class Nearest
{
    private const int ShortestStart = 3;

    /// <summary>The known name that is nearest, else the shortest that begins with the name, or null where none is near.</summary>
    public static string? To(string name, IReadOnlyCollection<string> known) => known
        .Where(candidate => Math.Abs(candidate.Length - name.Length) <= Allowed(name)) // no table for a name of a megabyte
        .Select(candidate => (candidate, distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(pair => pair.distance <= Allowed(name))
        .OrderBy(pair => pair.distance)
        .Select(pair => pair.candidate)
        .FirstOrDefault() ?? known
            .Where(candidate => name.TrimStart('-').Length >= ShortestStart)
            .Where(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .MinBy(candidate => candidate.Length);

    /// <summary>"; did you mean "x"?" and the known names.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known)
    {
        var nearest = To(name, known);
        var all = known.Count == 0 ? "none" : string.Join(", ", known.Order(StringComparer.Ordinal));
        return nearest is null ? $"; known: {all}" : $"; did you mean \"{nearest}\"? Known: {all}";
    }

    private static int Allowed(string name) => name.Length <= 4 ? 1 : Math.Max(2, name.Length / 3);

    /// <summary>Edits (insert, delete, replace, swap of neighbors) between two words.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
