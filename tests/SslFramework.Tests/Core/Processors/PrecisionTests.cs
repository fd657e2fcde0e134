using SslFramework.Core.Processors;
using SslFramework.Host.Machine;
using TorchSharp;

namespace SslFramework.Tests.Core.Processors;

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
    public void Tf32_OnTheCpu_IsRefused()
    {
        if (cuda.is_available())
        {
            Assert.Inconclusive("there is a GPU");
        }

        var (code, _, errors) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"), "--set", "precision=tf32");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "is a format of NVIDIA GPUs");
    }

    [TestMethod]
    public void Fp16_IsRefusedWithTheReason()
    {
        var (code, _, errors) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"), "--set", "precision=fp16");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "\"precision\" is the text \"fp16\", which is not offered: its small range");
    }

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
