using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Engine.Distributed.Nccl;

/// <summary>NVIDIA's library for exchange between GPUs, called through its C API and found at run time.</summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>This environment variable names the file of the library.</summary>
    public const string Variable = "SSL_NCCL_LIBRARY";

    internal readonly delegate* unmanaged[Cdecl]<UniqueId*, int> GetUniqueId;
    internal readonly delegate* unmanaged[Cdecl]<nint*, int, UniqueId, int, int> InitializeRank;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, int, int, nint, nint, int> AllReduce;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, int, nint, nint, int> AllGather;
    internal readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, int, int, nint, nint, int> Broadcast;
    internal readonly delegate* unmanaged[Cdecl]<nint, int> Abort;
    internal readonly delegate* unmanaged[Cdecl]<nint, int> Destroy;
    private readonly delegate* unmanaged[Cdecl]<int*, int> version;
    private readonly delegate* unmanaged[Cdecl]<int, nint> errorText;

    private NcclLibrary(string name, nint library)
    {
        Name = name;
        GetUniqueId = (delegate* unmanaged[Cdecl]<UniqueId*, int>)Find("ncclGetUniqueId");
        InitializeRank = (delegate* unmanaged[Cdecl]<nint*, int, UniqueId, int, int>)Find("ncclCommInitRank");
        AllReduce = (delegate* unmanaged[Cdecl]<nint, nint, nuint, int, int, nint, nint, int>)Find("ncclAllReduce");
        AllGather = (delegate* unmanaged[Cdecl]<nint, nint, nuint, int, nint, nint, int>)Find("ncclAllGather");
        Broadcast = (delegate* unmanaged[Cdecl]<nint, nint, nuint, int, int, nint, nint, int>)Find("ncclBroadcast");
        Abort = (delegate* unmanaged[Cdecl]<nint, int>)Find("ncclCommAbort");
        Destroy = (delegate* unmanaged[Cdecl]<nint, int>)Find("ncclCommDestroy");
        version = (delegate* unmanaged[Cdecl]<int*, int>)Find("ncclGetVersion");
        errorText = (delegate* unmanaged[Cdecl]<int, nint>)Find("ncclGetErrorString");

        nint Find(string function) => NativeLibrary.GetExport(library, function);
    }

    /// <summary>The library's name as it was requested.</summary>
    public string Name { get; }

    /// <summary>The version, such as 22705 for 2.27.5.</summary>
    public int Version
    {
        get
        {
            int number;
            Check(version(&number));
            return number;
        }
    }

    /// <summary>
    /// Finds the system's library, or the copy inside libtorch's CUDA library: <see cref="Variable"/>, <c>libnccl.so.2</c>,
    /// <c>libtorch_cuda.so</c>. Null if there is none.
    /// </summary>
    public static NcclLibrary? Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        string[] names = string.IsNullOrEmpty(named)
            ? ["libnccl.so.2", Path.Combine(AppContext.BaseDirectory, "libtorch_cuda.so"), "libtorch_cuda.so"]
            : [named];
        foreach (var name in names)
        {
            // Never both, because a group of calls belongs to one copy.
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "ncclCommInitRank", out _))
            {
                return new NcclLibrary(name, library);
            }
        }

        return null;
    }

    /// <summary>Loads the library from a file.</summary>
    /// <exception cref="DllNotFoundException">There is no such library.</exception>
    /// <exception cref="EntryPointNotFoundException">It is another library.</exception>
    public static NcclLibrary Load(string file) => new(file, NativeLibrary.Load(file));

    /// <exception cref="ExperimentException">The code reports an error.</exception>
    internal void Check(int code)
    {
        if (code != 0)
        {
            throw new ExperimentException(
                FailureKind.Internal,
                $"NCCL failed: {Marshal.PtrToStringUTF8(errorText(code))} (error {code}; NCCL_DEBUG=WARN tells more).");
        }
    }

    /// <summary>Passed by value.</summary>
    [InlineArray(Length)]
    internal struct UniqueId
    {
        public const int Length = 128;

        private byte first;
    }
}
