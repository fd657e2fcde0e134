using System.Globalization;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>Memory of the machine, and what a container leaves of it.</summary>
internal static class MemoryState
{
    private const double Little = 2e9;

    /// <summary>Version 2 and version 1 of control groups.</summary>
    private static readonly string[] Limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    public static IEnumerable<Finding> Look()
    {
        var usable = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes; // knows control groups
        var free = Free();
        var limit = Limits.Select(NumberIn).FirstOrDefault(bytes => bytes is not null);
        var sentence = $"{Size(usable)} usable, {(free is null ? "" : $"{Size(free.Value)} of the machine's free, ")}"
            + (limit is null || limit > usable * 2d ? "no container limit" : $"a container limit of {Size(limit.Value)}");
        yield return Math.Min(usable, free ?? usable) > Little
            ? new("memory", Health.Good, sentence)
            : new("memory", Health.Notice, sentence, "Where memory runs out the system kills the process; "
                + "lower \"training.batchSize\", or raise \"training.accumulation\".");
        if (OperatingSystem.IsLinux())
        {
            yield return FastAllocator.InUse is { } library
                ? new("allocator", Health.Good, library)
                : new(
                    "allocator",
                    Health.Notice,
                    "the C library's, with which training takes more time and memory",
                    "Install tcmalloc: 'apt-get install libtcmalloc-minimal4' or 'dnf install gperftools-libs'.");
        }
    }

    private static double? Free() => File.Exists("/proc/meminfo")
        ? File.ReadLines("/proc/meminfo").Where(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))
            .Select(line => 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
            .Cast<double?>().FirstOrDefault()
        : null;

    private static double? NumberIn(string file) =>
        File.Exists(file) && double.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");
}
