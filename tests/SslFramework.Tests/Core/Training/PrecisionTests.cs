using SslFramework.Core.Training;
using TorchSharp;

namespace SslFramework.Tests.Core.Training;

[TestClass]
public class PrecisionTests
{
    [TestMethod]
    public void On_Auto_IsBf16WhereTheDeviceComputesInIt()
    {
        Assert.AreEqual(Precision.Bf16, Precision.Auto.On(DeviceType.CUDA));
        Assert.AreEqual(DevicePrecision.HasBf16(DeviceType.CPU) ? Precision.Bf16 : Precision.Fp32, Precision.Auto.On(DeviceType.CPU));
    }

    [TestMethod]
    [DataRow(Precision.Fp32)]
    [DataRow(Precision.Bf16)]
    public void On_Chosen_IsWhatWasChosen(Precision precision) => Assert.AreEqual(precision, precision.On(DeviceType.CPU));

    [TestMethod]
    public void HasBf16_OfThisProcessor_IsWhatLinuxSays()
    {
        const string Processor = "/proc/cpuinfo";
        if (!File.Exists(Processor))
        {
            Assert.Inconclusive("no /proc/cpuinfo");
        }

        var flags = File.ReadLines(Processor).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        Assert.AreEqual(flags.Split(' ').Contains("avx512_bf16"), DevicePrecision.HasBf16(DeviceType.CPU));
    }
}
