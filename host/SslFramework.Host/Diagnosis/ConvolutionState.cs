using System.Globalization;
using SslFramework.Core.Processors;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>What libtorch believes of the processor, and whether it convolves rightly.</summary>
internal static class ConvolutionState
{
    private const string Subject = "torch";

    public static IEnumerable<Finding> Look()
    {
        var state = ProcessorCaches.State;
        var sentence = $"libtorch computes with {ProcessorCaches.Instructions() ?? "instructions that it does not tell"}, "
            + $"for {Text(ProcessorCaches.Assumed())}; the system tells of {Text(OfTheSystem())}";
        yield return state switch
        {
            CacheState.Sound => new(Subject, Health.Good, sentence),
            CacheState.Mended => new(
                Subject, Health.Good, $"{sentence}. The processor hides its caches; "
                    + "oneDNN, which would convolve wrongly, was told of these"),
            CacheState.OneDnnOff => new(
                Subject, Health.Notice, "the processor hides its caches, and this libtorch cannot be told so: "
                    + "it computes without oneDNN, and bf16 does not pay",
                "Take the version of libtorch that SslFramework is built with."),
            _ => new(
                Subject, Health.Bad, $"{sentence}. The processor hides its caches, "
                    + "and oneDNN convolves wrongly", $"Unset {ProcessorCaches.Variable}, or take another machine."),
        };
        foreach (var result in ConvolutionCheck.Results)
        {
            yield return new("convolution", result.IsRight ? Health.Good : Health.Bad, result.ToString());
        }
    }

    private static string Text(IReadOnlyList<uint>? caches) => caches switch
    {
        null => "caches that cannot be read",
        [] => "no known cache",
        _ => $"caches of {string.Join(", ", caches.Select(Text))}",
    };

    private static string Text(uint bytes) => string.Create(
        CultureInfo.InvariantCulture, $"{(bytes < 1024 ? $"{bytes} B" : bytes < 1 << 20 ? $"{bytes >> 10} KB" : $"{bytes >> 20} MB")}");

    /// <summary>Linux tells of each cache in a folder of its own; those of instructions do not count.</summary>
    private static uint[]? OfTheSystem()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        return !Directory.Exists(Folder) ? null :
        [
            .. Directory.EnumerateDirectories(Folder, "index*").Order(StringComparer.Ordinal)
                .Where(cache => Read(cache, "type") != "Instruction")
                .Select(cache => uint.Parse(Read(cache, "size").TrimEnd('K'), CultureInfo.InvariantCulture) << 10),
        ];

        static string Read(string cache, string file) => File.ReadAllText(Path.Combine(cache, file)).Trim();
    }
}
