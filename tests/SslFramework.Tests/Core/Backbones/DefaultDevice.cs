namespace SslFramework.Tests.Core.Backbones;

/// <summary>Builds modules on another device until it is disposed.</summary>
internal sealed class DefaultDevice : IDisposable
{
    public DefaultDevice(Device device) => set_default_device(device);

    public void Dispose() => set_default_device(CPU);
}
