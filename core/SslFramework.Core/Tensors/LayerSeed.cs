namespace SslFramework.Core.Tensors;

/// <summary>Makes what layers draw, for dropout and the like, a function of a seed and not of history.</summary>
public static class LayerSeed
{
    /// <summary>Seeds torch's own generators.</summary>
    /// <param name="bits">Random bits, of which the seed is made.</param>
    /// <param name="device">Where the layers are.</param>
    public static void Set(ulong bits, Device device)
    {
        var seed = (long)(bits >> 1);
        manual_seed(seed);
        if (device.type == DeviceType.CUDA)
        {
            cuda.manual_seed_all(seed); // TorchSharp's manual_seed seeds the CPU only
        }
    }
}
