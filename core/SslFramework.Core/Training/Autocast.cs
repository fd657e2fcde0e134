using System.Runtime.InteropServices;

namespace SslFramework.Core.Training;

/// <summary>
/// Automatic mixed precision on this thread, until Dispose. TorchSharp has no autocast, but libtorch exports its switches
/// with plain arguments; their mangled names are those of Linux and macOS (Itanium C++ ABI).
/// </summary>
/// <remarks>Tried on CPUs and on one GPU (H200); no test of the suite needs a GPU.</remarks>
public sealed unsafe class Autocast : IDisposable
{
    private static readonly Lazy<Exports?> Libtorch = new(Exports.Find);
    private readonly Exports libtorch;
    private readonly sbyte device;
    private readonly byte before;

    private Autocast(Exports libtorch, DeviceType device, bool on)
    {
        (this.libtorch, this.device) = (libtorch, (sbyte)device);
        before = libtorch.IsEnabled(this.device);
        libtorch.SetEnabled(this.device, on ? (byte)1 : (byte)0);
    }

    /// <summary>Convolutions and matrix products compute in <paramref name="type"/>.</summary>
    /// <exception cref="ExperimentException">This libtorch does not export the switches.</exception>
    public static IDisposable On(DeviceType device, ScalarType type)
    {
        var libtorch = Libtorch.Value ?? throw new ExperimentException(
            ExitCode.Config, "\"precision\": \"bf16\" needs autocast, which this platform's libtorch does not export; set \"precision\": \"fp32\".");
        libtorch.SetType((sbyte)device, (sbyte)type);
        return new Autocast(libtorch, device, on: true);
    }

    /// <summary>For what must stay float32: similarities, temperatures, masked means. Does nothing where autocast is off.</summary>
    public static IDisposable? Pause(DeviceType device) => IsOn(device) ? new Autocast(Libtorch.Value!, device, on: false) : null;

    /// <summary>Whether it is on.</summary>
    internal static bool IsOn(DeviceType device) =>
        device is DeviceType.CPU or DeviceType.CUDA && Libtorch.Value is { } libtorch && libtorch.IsEnabled((sbyte)device) != 0;

    /// <summary>Restores what was, and forgets weights that were cast.</summary>
    public void Dispose()
    {
        if (before == 0)
        {
            libtorch.ClearCache();
        }

        libtorch.SetEnabled(device, before);
    }

    private sealed class Exports
    {
        public required delegate* unmanaged<sbyte, byte> IsEnabled { get; init; }

        public required delegate* unmanaged<sbyte, byte, void> SetEnabled { get; init; }

        public required delegate* unmanaged<sbyte, sbyte, void> SetType { get; init; }

        public required delegate* unmanaged<void> ClearCache { get; init; }

        public static Exports? Find()
        {
            zeros(1).Dispose(); // makes TorchSharp load libtorch
            return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out var isEnabled)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var setEnabled)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var setType)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clearCache)
                ? new Exports
                {
                    IsEnabled = (delegate* unmanaged<sbyte, byte>)isEnabled,
                    SetEnabled = (delegate* unmanaged<sbyte, byte, void>)setEnabled,
                    SetType = (delegate* unmanaged<sbyte, sbyte, void>)setType,
                    ClearCache = (delegate* unmanaged<void>)clearCache,
                }
                : null;
        }
    }
}
