using SslFramework.Core.Processors;
using SslFramework.Host.Terminal;
using TorchSharp;

namespace SslFramework.Host.Experiments;

/// <summary>Finds the device that a file asks for.</summary>
internal static class Devices
{
    private static int told;

    /// <exception cref="ExperimentException">There is no such device, or it computes wrongly.</exception>
    public static torch.Device Find(DeviceChoice choice)
    {
        if (choice != DeviceChoice.Cpu && torch.cuda.is_available())
        {
            return torch.CUDA;
        }

        if (choice == DeviceChoice.Cuda)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "\"device\": \"cuda\" needs an NVIDIA driver and a build with -p:Torch=cuda; set \"device\": \"cpu\" to go on without.");
        }

        ConvolutionCheck.Require();
        if (ProcessorCaches.State == CacheState.OneDnnOff && Interlocked.Exchange(ref told, 1) == 0)
        {
            Messages.Warn(
                "This machine hides the sizes of its caches, which this libtorch's oneDNN computes wrongly with; it is off. "
                    + "Convolutions take 1.1 times as long, and \"precision\": \"auto\" is float32.");
        }

        return torch.CPU;
    }
}
