using TorchSharp;

namespace SslFramework.Host.Experiments;

/// <summary>Finds the device that a file asks for.</summary>
internal static class Devices
{
    /// <exception cref="ExperimentException">There is no such device.</exception>
    public static torch.Device Find(DeviceChoice choice)
    {
        var cuda = choice != DeviceChoice.Cpu && torch.cuda.is_available();
        return choice == DeviceChoice.Cuda && !cuda
            ? throw new ExperimentException(
                ExitCode.Config, "\"device\": \"cuda\" needs an NVIDIA driver and a build with -p:Torch=cuda; set \"device\": \"cpu\" to go on without.")
            : cuda ? torch.CUDA : torch.CPU;
    }
}
