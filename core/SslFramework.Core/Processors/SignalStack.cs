using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Processors;

/// <summary>Gives a thread a stack for signals that holds the registers of every processor.</summary>
/// <remarks>
/// .NET learns of a null reference from a signal, whose handler has a stack of its own: about 12 KB. Once oneDNN has asked for AMX, which
/// it does at its first convolution or product in bfloat16 where a processor has it, the system saves 12 KB of registers there. The handler
/// then runs into the end of its stack, and what would have been an exception, such as ImageSharp's at a damaged BMP, ends the process.
/// </remarks>
internal static partial class SignalStack
{
    private const int Bytes = 64 << 10;
    private const int ReadAndWrite = 3; // PROT_READ, PROT_WRITE
    private const int PrivateMemory = 0x22; // MAP_PRIVATE, MAP_ANONYMOUS
    private const int InPlace = 0; // of ss_flags: neither disabled nor in use

    [ThreadStatic]
    private static StackMemory? own; // dies after its thread

    /// <summary>Enlarges that of this thread, once. Other systems than Linux on x64 are left alone.</summary>
    public static void Enlarge()
    {
        if (own is not null || !OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return;
        }

        try
        {
            own = Ask(0, out var now) == 0 && now.Flags == InPlace && now.Size < Bytes ? Replace() : new StackMemory();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            own = new StackMemory(); // another C library
        }
    }

    /// <summary>Bytes of this thread's stack for signals; 0 if there is none.</summary>
    internal static long Size() => Ask(0, out var now) == 0 && now.Flags == InPlace ? now.Size : 0;

    private static StackMemory Replace()
    {
        var memory = new StackMemory(Map(0, Bytes, ReadAndWrite, PrivateMemory, -1, 0));
        if (!memory.IsInvalid)
        {
            _ = Protect(memory.Start, Environment.SystemPageSize, 0); // guards what lies below
            if (Set(new() { Start = memory.Start, Size = Bytes }, out var old) == 0)
            {
                _ = Unmap(old.Start, old.Size); // .NET would free it with the thread, and leaves ours alone
            }
        }

        return memory;
    }

    [LibraryImport("libc.so.6", EntryPoint = "sigaltstack")]
    private static partial int Ask(nint nothing, out AlternateStack now);

    [LibraryImport("libc.so.6", EntryPoint = "sigaltstack")]
    private static partial int Set(in AlternateStack wanted, out AlternateStack old);

    [LibraryImport("libc.so.6", EntryPoint = "mmap")]
    private static partial nint Map(nint place, nint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc.so.6", EntryPoint = "mprotect")]
    private static partial int Protect(nint place, nint bytes, int protection);

    [LibraryImport("libc.so.6", EntryPoint = "munmap")]
    private static partial int Unmap(nint place, nint bytes);

    private sealed class StackMemory : SafeHandleZeroOrMinusOneIsInvalid
    {
        public StackMemory(nint start = -1)
            : base(ownsHandle: true) => SetHandle(start);

        public nint Start => handle;

        protected override bool ReleaseHandle() => Unmap(handle, Bytes) == 0;
    }

    /// <summary><c>stack_t</c> of Linux on x64.</summary>
    private struct AlternateStack
    {
        public nint Start;
        public int Flags;
        public nint Size;
    }
}
