using System.Buffers.Binary;
using System.Text.Json;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;

namespace SslFramework.Tests.Core.Weights;

[TestClass]
internal class SafeTensorsTests
{
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    [TestMethod]
    [DataRow(ScalarType.Float64)]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.Float16)]
    [DataRow(ScalarType.BFloat16)]
    [DataRow(ScalarType.Int64)]
    [DataRow(ScalarType.Int32)]
    [DataRow(ScalarType.Int16)]
    [DataRow(ScalarType.Int8)]
    [DataRow(ScalarType.Byte)]
    [DataRow(ScalarType.Bool)]
    public void Write_EveryTypeAndShape_ComesBackToTheBit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var written = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(1).to(type),
            ["matrix"] = Golden.Tensor("a", [3, 5], 200).abs().to(type),
            ["transposed"] = Golden.Tensor("b", [4, 2], 200).abs().to(type).t(),
            ["slice"] = Golden.Tensor("b", [4, 4], 200).abs().to(type).narrow(1, 1, 2),
            ["none"] = zeros([0, 7], type),
        };

        SafeTensors.Write(path, written);
        var read = SafeTensors.Read(path).Tensors;

        Assert.HasCount(written.Count, read);
        foreach (var (name, tensor) in written)
        {
            Assert.AreEqual(type, read[name].dtype);
            CollectionAssert.AreEqual(tensor.shape, read[name].shape, name);
            CollectionAssert.AreEqual(tensor.contiguous().bytes.ToArray(), read[name].bytes.ToArray(), name);
        }
    }

    [TestMethod]
    public void Write_ModuleWithBatchNorm_KeepsItsCounter()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm1d(3);
        norm.call(rand([4, 3]));

        SafeTensors.Write(path, StateDict.Of(norm));
        using var other = nn.BatchNorm1d(3);
        StateDict.Load(other, SafeTensors.Read(path).Tensors);

        Assert.AreEqual(1, other.state_dict()["num_batches_tracked"].item<long>());
        Assert.AreEqual(norm.state_dict()["running_mean"], other.state_dict()["running_mean"]);
    }

    [TestMethod]
    public void Write_Metadata_ComesBack()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["a \"quoted\" name"] = "ünïcode\n" };
        SafeTensors.Write(path, new Dictionary<string, Tensor>(), metadata);
        CollectionAssert.AreEquivalent(metadata, SafeTensors.Read(path).Metadata.ToDictionary());
    }

    [TestMethod]
    public void Write_File_FollowsTheFormat()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["byte"] = ones([3], uint8), ["number"] = ones([2], float32) });

        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.AreEqual(0, length % 8);
        Assert.AreEqual((byte)'{', bytes[8]);
        var header = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;
        Assert.AreEqual("""{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", header.GetProperty("number").GetRawText());
        Assert.AreEqual("""{"dtype":"U8","shape":[3],"data_offsets":[8,11]}""", header.GetProperty("byte").GetRawText());
        Assert.AreEqual(1f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length)));
        Assert.HasCount(8 + length + 11, bytes);
    }

    [TestMethod]
    public void Write_SameTensorsInAnotherOrder_GivesTheSameBytes()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = ones([1]), ["b"] = zeros([1]) });
        var first = File.ReadAllBytes(path);
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["b"] = zeros([1]), ["a"] = ones([1]) });
        CollectionAssert.AreEqual(first, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Write_ComplexNumbers_AreRefusedAndTheOldFileStays()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = ones([1]) });
        var complex = new Dictionary<string, Tensor> { ["a"] = ones([1], complex64) };
        Assert.ThrowsExactly<ArgumentException>(() => SafeTensors.Write(path, complex));
        Assert.IsTrue(SafeTensors.Read(path).Tensors.ContainsKey("a"));
    }

    [TestMethod]
    public void ReadAndWrite_LeaveNoTensorsBehind()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { ["a"] = ones([3, 4]).t() };
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        SafeTensors.Write(path, tensors);
        SafeTensors.Read(path).Dispose();

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
