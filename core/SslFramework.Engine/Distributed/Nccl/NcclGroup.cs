using System.Runtime.InteropServices;
using SslFramework.Core.Distributed;

namespace SslFramework.Engine.Distributed.Nccl;

/// <summary>
/// Processes with a GPU each, which exchange what is on the GPUs through NCCL, and all else as the group does that brought them
/// together. Calls are queued on CUDA's default stream, as libtorch's own kernels are: nothing waits for them, and nothing overtakes them.
/// </summary>
internal sealed unsafe partial class NcclGroup : IProcessGroup
{
    private const int Bytes = 1; // ncclUint8
    private const int Summation = 0;
    private const nint DefaultStream = 0;

    private readonly IProcessGroup processes;
    private readonly NcclLibrary nccl;
    private readonly DeviceType kind;
    private nint communicator;

    /// <summary>Joins.</summary>
    /// <param name="processes">Those that were started together; this group takes it over.</param>
    /// <param name="library">NCCL.</param>
    /// <param name="kind">The devices that it exchanges between: GPUs, but for a stand-in of the library in tests.</param>
    /// <exception cref="ExperimentException">The GPUs cannot be brought together.</exception>
    public NcclGroup(IProcessGroup processes, NcclLibrary library, DeviceType kind = DeviceType.CUDA)
    {
        (this.processes, nccl, this.kind) = (processes, library, kind);
        using var id = zeros(NcclLibrary.UniqueId.Length, uint8, CPU);
        NcclLibrary.UniqueId unique = default;
        if (Rank == 0)
        {
            nccl.Check(nccl.GetUniqueId(&unique));
            id.bytes = MemoryMarshal.AsBytes(new Span<NcclLibrary.UniqueId>(ref unique));
        }

        processes.Broadcast(id);
        id.bytes.CopyTo(MemoryMarshal.AsBytes(new Span<NcclLibrary.UniqueId>(ref unique)));
        nint made;
        nccl.Check(nccl.InitializeRank(&made, Count, unique, Rank));
        communicator = made;
    }

    /// <inheritdoc/>
    public int Rank => processes.Rank;

    /// <inheritdoc/>
    public int Count => processes.Count;

    /// <inheritdoc/>
    public int LocalRank => processes.LocalRank;

    /// <inheritdoc/>
    public string? Waiting => processes.Waiting;

    /// <inheritdoc/>
    public Task BeginSum(Tensor values)
    {
        if (values.device_type != kind)
        {
            return processes.BeginSum(values);
        }

        var type = values.dtype switch
        {
            ScalarType.Int64 => 4,
            ScalarType.Float32 => 7,
            ScalarType.Float64 => 8,
            _ => throw ProcessGroupExtensions.NotSummable(values),
        };
        var data = Data(values);
        nccl.Check(nccl.AllReduce(data, data, (nuint)values.numel(), type, Summation, communicator, DefaultStream));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Gather(Tensor own, Tensor all)
    {
        if (own.device_type != kind)
        {
            processes.Gather(own, all);
            return;
        }

        nccl.Check(nccl.AllGather(Data(own), Data(all), Size(own), Bytes, communicator, DefaultStream));
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        if (values.device_type != kind)
        {
            processes.Broadcast(values);
            return;
        }

        var data = Data(values);
        nccl.Check(nccl.Broadcast(data, data, Size(values), Bytes, 0, communicator, DefaultStream));
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => processes.Abort(exitCode); // the kernels of a GPU end with its process

    /// <inheritdoc/>
    public void Dispose()
    {
        if (communicator != 0)
        {
            _ = nccl.Destroy(communicator);
            communicator = 0;
            processes.Dispose();
        }
    }

    private static nuint Size(Tensor values) => (nuint)(values.numel() * values.ElementSize);

    private static nint Data(Tensor values) => values.is_contiguous()
        ? TensorData(values.Handle)
        : throw new ArgumentException("Only contiguous tensors can be exchanged.", nameof(values));

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint TensorData(nint tensor);
}
