using SslFramework.Core.Processors;
using TorchSharp;

[assembly: DiscoverInternals]
[assembly: DoNotParallelize] // torch.manual_seed and the default generator are one state for the process

namespace SslFramework.Tests;

[TestClass]
public static class TestAssembly
{
    /// <summary>Indexes of data sets are kept here, not in the user's cache.</summary>
    public static string Cache { get; } = Path.Combine(AppContext.BaseDirectory, "cache");

    /// <summary>One thread: its bits are reproducible on every machine, whatever its number of cores.</summary>
    [AssemblyInitialize]
    public static void Initialize(TestContext context)
    {
        ConvolutionCheck.Require();
        torch.set_num_threads(1);
        Environment.SetEnvironmentVariable("SSL_CACHE", Cache);
        if (Directory.Exists(Cache))
        {
            Directory.Delete(Cache, recursive: true); // an earlier test run's
        }
    }
}
