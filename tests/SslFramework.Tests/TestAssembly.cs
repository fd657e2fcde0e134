using TorchSharp;

[assembly: DoNotParallelize] // torch.manual_seed and the default generator are one state for the process

namespace SslFramework.Tests;

[TestClass]
public static class TestAssembly
{
    /// <summary>One thread: its bits are reproducible on every machine, whatever its number of cores.</summary>
    [AssemblyInitialize]
    public static void Initialize(TestContext context) => torch.set_num_threads(1);
}
