using System.Diagnostics;
using System.Globalization;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Benchmarks;

/// <summary>Times what a folder of images costs before the first is read: once without a kept index, then with it.</summary>
internal static class IndexTiming
{
    private const string CacheFolder = "SSL_CACHE";

    /// <summary>Prints a line.</summary>
    public static void Run(DirectoryInfo images)
    {
        var cache = Directory.CreateTempSubdirectory("ssl-index");
        Environment.SetEnvironmentVariable(CacheFolder, cache.FullName);
        Thread.Sleep(TimeSpan.FromSeconds(3)); // the index of a folder that has just changed is not believed
        try
        {
            var (first, _, _) = Open(images.FullName);
            var (later, bytes, count) = Open(images.FullName);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{count:N0} images: first {first:F1} s, later {later:F2} s, {(double)bytes / count:F0} bytes of memory an image"));
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static (double Seconds, long Bytes, int Count) Open(string folder)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var source = new ImageFolderSource(new() { Path = folder });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return (seconds, bytes, source.Count);
    }
}
