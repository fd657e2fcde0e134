using System.Runtime.InteropServices;
using System.Text;

namespace SslFramework.Engine.Distributed.Mpi;

/// <summary>
/// The functions and handles of an MPI library, found when it is loaded: handles are addresses in Open MPI, numbers in the MPICH
/// family, and other numbers in the ABI that MPI 5 standardizes. The first two have been tried, the third not yet.
/// </summary>
/// <remarks>All handles are passed as nint: an int argument is read from the low half of its register.</remarks>
internal sealed unsafe class MpiLibrary
{
    private const int Now = 2;
    private const int Global = 0x100; // the library's own plug-ins need its symbols
    private const int LongestText = 8192; // longest of the three

    public readonly delegate* unmanaged<nint, nint, int, int*, int> InitThread;
    public readonly delegate* unmanaged<nint, int*, int> CommRank;
    public readonly delegate* unmanaged<nint, int*, int> CommSize;
    public readonly delegate* unmanaged<nint, int, int, nint, nint*, int> CommSplitType;
    public readonly delegate* unmanaged<nint*, int> CommFree;
    public readonly delegate* unmanaged<nint, nint, int> CommSetErrorHandler;
    public readonly delegate* unmanaged<nint, void*, int, nint, nint, nint, int> AllReduce;
    public readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> AllGather;
    public readonly delegate* unmanaged<void*, int, nint, int, nint, int> Broadcast;
    public readonly delegate* unmanaged<nint, int, int> Abort;
    public readonly delegate* unmanaged<int> Finish;
    private readonly delegate* unmanaged<int, byte*, int*, int> errorText;
    private readonly delegate* unmanaged<byte*, int*, int> versionText;

    private MpiLibrary(string name, nint library)
    {
        Name = name;
        InitThread = (delegate* unmanaged<nint, nint, int, int*, int>)Find("MPI_Init_thread");
        CommRank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        CommSplitType = (delegate* unmanaged<nint, int, int, nint, nint*, int>)Find("MPI_Comm_split_type");
        CommFree = (delegate* unmanaged<nint*, int>)Find("MPI_Comm_free");
        CommSetErrorHandler = (delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        AllReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)Find("MPI_Allreduce");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Find("MPI_Allgather");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Find("MPI_Bcast");
        Abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        Finish = (delegate* unmanaged<int>)Find("MPI_Finalize");
        errorText = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
        versionText = (delegate* unmanaged<byte*, int*, int>)Find("MPI_Get_library_version");

        if (HasStandardAbi(library))
        {
            (World, SumOperation, Float32, Float64, Int64, Bytes) = (0x101, 0x21, 0x210, 0x214, 0x258, 0x247);
            (InPlace, ErrorsReturn, NoInfo, SharedMemory, Funneled) = (1, 0x143, 0x130, 221, 1024);
        }
        else if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world))
        {
            (World, SumOperation, Float32, Float64) = (world, Find("ompi_mpi_op_sum"), Find("ompi_mpi_float"), Find("ompi_mpi_double"));
            (Int64, Bytes, ErrorsReturn, NoInfo) =
                (Find("ompi_mpi_int64_t"), Find("ompi_mpi_byte"), Find("ompi_mpi_errors_return"), Find("ompi_mpi_info_null"));
            (InPlace, SharedMemory, Funneled) = (1, 0, 1);
        }
        else
        {
            (World, SumOperation, Float32, Float64, Int64, Bytes) =
                (0x44000000, 0x58000003, 0x4c00040a, 0x4c00080b, 0x4c00083a, 0x4c00010d);
            (InPlace, ErrorsReturn, NoInfo, SharedMemory, Funneled) = (-1, 0x54000001, 0x1c000000, 1, 1);
        }

        nint Find(string function) => NativeLibrary.GetExport(library, function);
    }

    /// <summary>The library's name as it was requested.</summary>
    public string Name { get; }

    public nint World { get; }

    public nint SumOperation { get; }

    public nint Float32 { get; }

    public nint Float64 { get; }

    public nint Int64 { get; }

    public nint Bytes { get; }

    public nint InPlace { get; }

    public nint ErrorsReturn { get; }

    public nint NoInfo { get; }

    public int SharedMemory { get; }

    /// <summary>The thread level at which one thread makes all calls.</summary>
    public int Funneled { get; }

    /// <summary>The library's own version text, on one line.</summary>
    public string Version =>
        Text((text, length) => versionText((byte*)text, (int*)length)).Split('\n')[0].Trim('\0', ' ').Replace('\t', ' ');

    /// <summary>Loads the first of some libraries that exists.</summary>
    /// <exception cref="ExperimentException">None exists.</exception>
    public static MpiLibrary Load(IReadOnlyList<string> names)
    {
        // UCX, under MPICH and under Open MPI on InfiniBand, takes over the signals that .NET needs to detect a null reference.
        _ = NativeEnvironment.Set("UCX_ERROR_SIGNALS", "", overwrite: false);
        foreach (var name in names)
        {
            if (Open(name, Now | Global) is not 0 and var library)
            {
                return new MpiLibrary(name, library);
            }
        }

        throw new ExperimentException(
            FailureKind.Config,
            $"No MPI library could be loaded ({string.Join(", ", names)}); install the one whose mpirun starts the program "
            + $"(Debian: openmpi-bin or mpich), or name its file in {Launcher.LibraryVariable}.");
    }

    /// <summary>The library's sentence for one of its errors.</summary>
    public string Error(int code) => Text((text, length) => errorText(code, (byte*)text, (int*)length));

    private static string Text(Action<nint, nint> read)
    {
        var (text, length) = (new byte[LongestText], 0);
        fixed (byte* start = text)
        {
            read((nint)start, (nint)(&length));
        }

        return Encoding.UTF8.GetString(text, 0, length);
    }

    private static bool HasStandardAbi(nint library)
    {
        var (major, minor) = (-1, -1);
        return NativeLibrary.TryGetExport(library, "MPI_Abi_get_version", out var ask)
            && ((delegate* unmanaged<int*, int*, int>)ask)(&major, &minor) == 0
            && major > 0;
    }

    [DllImport("libc", EntryPoint = "dlopen")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);
}
