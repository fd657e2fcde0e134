using System.Buffers.Binary;
using System.Text;
using SslFramework.Core.Weights;

namespace SslFramework.Tests.Core.Weights;

/// <summary>Files from strangers: every lie is one exception type and one sentence, and costs no memory.</summary>
[TestClass]
internal class SafeTensorsReaderTests
{
    private const string Sound = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    public static IEnumerable<object[]> WrongHeaders =>
    [
        ["not an object", "[1]", 0],
        ["space first", " {}", 0],
        ["cut off", """{"a":{"dtype":"F32","shape":[2],"data""", 8],
        ["text after it", Sound + "x", 8],
        ["nothing behind it", Sound, 0],
        ["too little data", Sound, 7],
        ["too much data", Sound, 9],
        ["data without tensors", "{}", 1],
        ["same name twice",
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2],
        ["same field twice", """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1],
        ["overlap", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3],
        ["hole", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3],
        ["hole at the start", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2],
        ["empty tensor off the seams",
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", 2],
        ["negative begin", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}""", 0],
        ["end before begin", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1],
        ["fractional offset", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1.0]}}""", 1],
        ["offset as text", """{"a":{"dtype":"U8","shape":[1],"data_offsets":["0","1"]}}""", 1],
        ["offset beyond 64 bits", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551617]}}""", 1],
        ["three offsets", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", 1],
        ["offsets no list", """{"a":{"dtype":"U8","shape":[1],"data_offsets":{}}}""", 1],
        ["huge end", """{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 1],
        ["shape too large", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}""", 1],
        ["shape overflows", """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0],
        ["shape overflows beside a 0", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0],
        ["negative dimension", """{"a":{"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]}}""", 1],
        ["fractional dimension", """{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1],
        ["shape no list", """{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1],
        ["65 dimensions", $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(",", Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,1]}}""", 1],
        ["unknown type", """{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1],
        ["type in lower case", """{"a":{"dtype":"u8","shape":[1],"data_offsets":[0,1]}}""", 1],
        ["type no text", """{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}""", 1],
        ["no type", """{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1],
        ["another field", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"code":"x"}}""", 1],
        ["entry no object", """{"a":[]}""", 0],
        ["entry null", """{"a":null}""", 0],
        ["metadata no object", """{"__metadata__":"x"}""", 0],
        ["metadata of numbers", """{"__metadata__":{"a":1}}""", 0],
        ["half a surrogate pair", """{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1],
        ["deep", new string('[', 10_000), 0],
        ["deep object", string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), 0],
        ["zeros after it", Sound + "\0\0", 8],
        ["comment", "{/* */}", 0],
        ["truth values of 2", """{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 1],
    ];

    [TestMethod]
    [DynamicData(nameof(WrongHeaders))]
    public void Read_WrongHeader_IsRefused(string what, string header, int dataLength)
    {
        Write(Encoding.UTF8.GetBytes(header), dataLength);
        AssertRefused(what);
    }

    [TestMethod]
    [DataRow(0ul)]
    [DataRow(1ul)]
    [DataRow(1ul << 63)]
    [DataRow(ulong.MaxValue)]
    [DataRow((16ul << 20) + 1)]
    [DataRow(1000ul)]
    public void Read_WrongHeaderLength_IsRefused(ulong length)
    {
        Write(Encoding.UTF8.GetBytes(Sound), 8, length);
        AssertRefused(length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public void Read_InvalidUtf8_IsRefused()
    {
        Write([.. "{\""u8, 0xff, .. "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"u8], 1);
        AssertRefused("UTF-8");
    }

    [TestMethod]
    public void Read_EveryTruncation_IsRefused()
    {
        Write(Encoding.UTF8.GetBytes(Sound), 8);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused($"{length} bytes");
        }
    }

    [TestMethod]
    public void Read_AnyHeaderByteChanged_ReadsOrIsRefused()
    {
        Write(Encoding.UTF8.GetBytes(Sound), 8);
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length - 8; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])whole.Clone();
                changed[i] ^= (byte)(1 << bit);
                File.WriteAllBytes(path, changed);
                try
                {
                    SafeTensors.Read(path).Dispose(); // another name or type of the same size
                }
                catch (SafeTensorsException)
                {
                }
            }
        }
    }

    [TestMethod]
    public void Read_FileThatIsMissingOrAFolder_IsRefused()
    {
        foreach (var wrong in new[] { path + ".missing", Path.GetTempPath() })
        {
            var error = Assert.ThrowsExactly<SafeTensorsException>(() => SafeTensors.Read(wrong));
            Assert.AreEqual(FailureKind.Checkpoint, error.Kind);
            Assert.Contains(wrong, error.Message);
        }
    }

    [TestMethod]
    public void Read_SpacesAfterTheHeaderAndFieldsInAnyOrder_AreFine()
    {
        const string Header = """{"z":{"data_offsets":[2,2],"shape":[0],"dtype":"F32"},"a":{"shape":[1,2],"data_offsets":[0,2],"dtype":"U8"}}   """;
        Write(Encoding.UTF8.GetBytes(Header), 2);
        using var file = SafeTensors.Read(path);
        CollectionAssert.AreEqual(new long[] { 1, 2 }, file.Tensors["a"].shape);
        CollectionAssert.AreEqual(new byte[] { 2, 2 }, file.Tensors["a"].bytes.ToArray());
        Assert.AreEqual(0, file.Tensors["z"].numel());
    }

    private void Write(byte[] header, int dataLength, ulong? claimed = null)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed ?? (ulong)header.Length);
        header.CopyTo(bytes, 8);
        bytes.AsSpan(8 + header.Length).Fill(2);
        File.WriteAllBytes(path, bytes);
    }

    private void AssertRefused(string what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var error = Assert.ThrowsExactly<SafeTensorsException>(() => SafeTensors.Read(path), what);

        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before, $"{what}: memory");
        Assert.AreEqual(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount, $"{what}: tensors");
        Assert.Contains(path, error.Message, what);
        Assert.IsLessThan(500, error.Message.Length, what);
        Assert.IsFalse(error.Message.Any(char.IsControl), what);
    }
}
