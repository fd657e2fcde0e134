using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal class GpuMemoryTests
{
    [TestMethod]
    public void InUse_WithoutAGpu_IsUnknown()
    {
        if (cuda.is_available())
        {
            Assert.Inconclusive("There is a GPU here.");
        }

        Assert.IsNull(GpuMemory.InUse());
    }

    [TestMethod]
    public void InUse_OfTensorsOnTheGpu_CountsThem()
    {
        if (!cuda.is_available())
        {
            Assert.Inconclusive("There is no GPU here.");
        }

        using var tensor = ones(1 << 28, device: CUDA);
        Assert.IsGreaterThan(1L << 30, GpuMemory.InUse()!.Value);
    }
}
