using SslFramework.Core.Processors;

namespace SslFramework.Core.Tensors;

/// <summary>
/// Automatic mixed precision on this thread, until Dispose. TorchSharp has no autocast, but libtorch exports its switches
/// with plain arguments; their mangled names are those of Linux and macOS (Itanium C++ ABI).
/// </summary>
/// <remarks>
/// Weights are cast at each use. libtorch would keep the copy that the first use makes, and a copy made under <c>no_grad</c> has no
/// gradient path to its weight: a network that computes targets first would be trained without gradient
/// (https://github.com/pytorch/pytorch/issues/65766). Tried on CPUs and on one GPU (H200); no test of the suite needs a GPU.
/// </remarks>
public sealed unsafe class Autocast : IDisposable
{
    private static readonly Lazy<Exports?> Switches = new(Exports.Find);
    private readonly Exports libtorch;
    private readonly sbyte device;
    private readonly byte before;

    private Autocast(Exports libtorch, DeviceType device, bool on)
    {
        (this.libtorch, this.device) = (libtorch, (sbyte)device);
        before = libtorch.IsEnabled(this.device);
        libtorch.SetEnabled(this.device, on ? (byte)1 : (byte)0);
        libtorch.SetCacheEnabled(0);
    }

    /// <summary>Makes convolutions and matrix products compute in <paramref name="type"/>.</summary>
    /// <exception cref="ExperimentException">This libtorch does not export the switches.</exception>
    public static IDisposable On(DeviceType device, ScalarType type)
    {
        var libtorch = Switches.Value ?? throw new ExperimentException(
            FailureKind.Config,
            "\"precision\": \"bf16\" needs autocast, which this platform's libtorch does not export; set \"precision\": \"fp32\".");
        libtorch.SetType((sbyte)device, (sbyte)type);
        return new Autocast(libtorch, device, on: true);
    }

    /// <summary>
    /// Pauses autocast for what must stay float32: similarities, temperatures, masked means. Does nothing if autocast is off.
    /// </summary>
    public static IDisposable? Pause(DeviceType device) => IsOn(device) ? new Autocast(Switches.Value!, device, on: false) : null;

    /// <summary>Whether it is on.</summary>
    internal static bool IsOn(DeviceType device) =>
        device is DeviceType.CPU or DeviceType.CUDA && Switches.Value is { } libtorch && libtorch.IsEnabled((sbyte)device) != 0;

    /// <summary>Restores the state before.</summary>
    public void Dispose() => libtorch.SetEnabled(device, before);

    private sealed class Exports
    {
        public required delegate* unmanaged<sbyte, byte> IsEnabled { get; init; }

        public required delegate* unmanaged<sbyte, byte, void> SetEnabled { get; init; }

        public required delegate* unmanaged<sbyte, sbyte, void> SetType { get; init; }

        public required delegate* unmanaged<byte, void> SetCacheEnabled { get; init; }

        public static Exports? Find()
        {
            zeros(1).Dispose(); // makes TorchSharp load libtorch
            return Libtorch.TryFind("_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out var isEnabled)
                && Libtorch.TryFind("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var setEnabled)
                && Libtorch.TryFind("_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var setType)
                && Libtorch.TryFind("_ZN2at8autocast26set_autocast_cache_enabledEb", out var setCacheEnabled)
                ? new Exports
                {
                    IsEnabled = (delegate* unmanaged<sbyte, byte>)isEnabled,
                    SetEnabled = (delegate* unmanaged<sbyte, byte, void>)setEnabled,
                    SetType = (delegate* unmanaged<sbyte, sbyte, void>)setType,
                    SetCacheEnabled = (delegate* unmanaged<byte, void>)setCacheEnabled,
                }
                : null;
        }
    }
}
