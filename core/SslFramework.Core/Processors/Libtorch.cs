using System.Runtime.InteropServices;

namespace SslFramework.Core.Processors;

/// <summary>
/// Functions that libtorch exports but TorchSharp does not wrap, by the names that compilers on Linux and macOS give them (Itanium C++
/// ABI). Windows has other names, so that none are found there.
/// </summary>
internal static unsafe class Libtorch
{
    /// <summary>The exported function whose address shows where the library lies in memory.</summary>
    public const string GlobalContext = "_ZN2at13globalContextEv";

    /// <summary>Finds the address of an exported function. TorchSharp has loaded libtorch, or loads it now.</summary>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(string name, out nint function)
    {
        function = 0;
        return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, name, out function);
    }

    /// <summary>Sets one of the switches of libtorch's context.</summary>
    /// <returns>Whether this libtorch has that switch.</returns>
    public static bool TrySet(string contextSwitch, bool on)
    {
        if (!TryFind(GlobalContext, out var context) || !TryFind(contextSwitch, out var set))
        {
            return false;
        }

        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), on ? (byte)1 : (byte)0);
        return true;
    }

    /// <summary>
    /// The instruction set that libtorch's own kernels use, such as <c>AVX512</c>; null if this libtorch does not report it.
    /// </summary>
    public static string? Capability()
    {
        // std::string at::get_cpu_capability(): the caller provides the memory of the string, which is pointer, length and 16 characters
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !TryFind("_ZN2at18get_cpu_capabilityB5cxx11Ev", out var ask))
        {
            return null;
        }

        var text = stackalloc nint[4];
        ((delegate* unmanaged<nint*, nint>)ask)(text);
        return Marshal.PtrToStringUTF8(text[0], (int)text[1]);
    }
}
