using System.Diagnostics;
using System.Globalization;
using SslFramework.Engine.Data.Annotated;

namespace SslFramework.Benchmarks;

/// <summary>Times a file in COCO's form: until its source is ready, the first time and later, and until all objects are read, on one thread.</summary>
internal static class AnnotationTiming
{
    private const string CacheFolder = "SSL_CACHE";

    /// <summary>Prints a line.</summary>
    public static void Run(FileInfo annotations)
    {
        var cache = Directory.CreateTempSubdirectory("ssl-annotations");
        Environment.SetEnvironmentVariable(CacheFolder, cache.FullName);
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var (first, source) = Open(annotations.FullName);
            var peak = Process.GetCurrentProcess().PeakWorkingSet64;
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            var later = Open(annotations.FullName).Seconds;

            var start = Stopwatch.GetTimestamp();
            var masks = Enumerable.Range(0, source.Count).Sum(image => source.Objects(image).Objects.Count(one => one.Mask is not null));
            var read = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var size = annotations.Length / 1e6;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{source.Count:N0} images, {masks:N0} masks, {size:F0} MB: first {first:F1} s, later {later:F2} s, all masks {read:F1} s; {held / 1e6:F0} MB held, {peak / 1e6:F0} MB at most"));
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static (double Seconds, CocoSource Source) Open(string file)
    {
        var start = Stopwatch.GetTimestamp();
        var source = new CocoSource(new() { Annotations = file, Images = Path.GetDirectoryName(file)! });
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, source);
    }
}
