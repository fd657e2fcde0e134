using System.IO.Compression;
using System.Text;
using SslFramework.Engine.Weights.Torch;
using TorchSharp;

namespace SslFramework.Tests.Engine.Weights.Torch;

/// <summary>Files that want to run something, to fill the memory, or are broken: each is refused in one sentence, at once.</summary>
[TestClass]
internal class HostileTorchFileTests
{
    private const string Ordered = "ccollections\nOrderedDict\n";

    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    /// <summary>What it is, the pickle after its protocol (a char is a byte), and what the sentence must name.</summary>
    public static IEnumerable<object[]> Pickles =>
    [
        ["a command by REDUCE", "cos\nsystem\nX\x02\0\0\0id\x85R.", "os.system"],
        ["a command by STACK_GLOBAL", "\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.", "posix.system"],
        ["a command by NEWOBJ", "csubprocess\nPopen\n\x8c\x02id\x85\x81.", "subprocess.Popen"],
        ["eval", "cbuiltins\neval\n\x8c\x01" + "1\x85R.", "builtins.eval"],
        ["getattr", "cbuiltins\ngetattr\n.", "builtins.getattr"],
        ["old builtins", "c__builtin__\nexec\n.", "__builtin__.exec"],
        ["a name of torch that is not needed", "ctorch\nload\n.", "torch.load"],
        ["a nested name", "ctorch._utils\n_rebuild_tensor_v2.__globals__\n.", "__globals__"],
        ["the importer", "cimportlib\nimport_module\n.", "importlib"],
        ["another pickle", "c_pickle\nloads\n.", "_pickle.loads"],
        ["a name out of numbers", "K\x01K\x02\x93.", "other than texts"],
        ["a name with control characters", "cos\x1b[2J\nsystem\n.", "?"],
        ["INST", "(\x8c\x02idios\nsystem\n.", "0x69"],
        ["OBJ", "(cos\nsystem\no.", "os.system"],
        ["OBJ of an allowed name", "(" + Ordered + "o.", "0x6f"],
        ["EXT1", "\x82\x01.", "0x82"],
        ["EXT2", "\x83\x01\0.", "0x83"],
        ["EXT4", "\x84\x01\0\0\0.", "0x84"],
        ["NEWOBJ_EX", Ordered + ")}\x92.", "0x92"],
        ["PERSID as text", "Pabc\n.", "0x50"],
        ["a buffer outside", "\x97.", "0x97"],
        ["an opcode that is none", "\xff.", "0xff"],
        ["a persistent id that is no tuple", "\x8c\x03" + "abcQ.", "refers to numbers"],
        ["a persistent id of something else", "(\x8c\x06modulectorch\nFloatStorage\n\x8c\x01" + "0\x8c\x03" + "cpuK\x01tQ.", "refers to numbers"],
        ["a storage of no type", "(\x8c\x07storage" + Ordered + "\x8c\x01" + "0\x8c\x03" + "cpuK\x01tQ.", "refers to numbers"],
        ["a storage of negative size", Storage("J\xff\xff\xff\xff") + ".", "refers to numbers"],
        ["a storage that is not there", Storage("K\x04", key: "9") + ".", "missing"],
        ["a storage with a path for a key", Storage("K\x04", key: "../data.pkl") + ".", "missing"],
        ["a storage larger than the file", Storage("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x0f") + ".", "more than 64 bits|bytes|overflow"],
        ["a storage of other length", Storage("K\x05") + ".", "16 bytes"],
        ["a storage in two ways", "(" + Storage("K\x04") + Storage("K\x04", type: "Int") + "t.", "two ways"],
        ["a shape past the end", Tensor(Storage("K\x04"), "K\0", "K\x05\x85", "K\x01\x85"), "reaches beyond"],
        ["an offset past the end", Tensor(Storage("K\x04"), "K\x04", "K\x01\x85", "K\x01\x85"), "reaches beyond"],
        ["a negative offset", Tensor(Storage("K\x04"), "J\xff\xff\xff\xff", "K\x01\x85", "K\x01\x85"), "do not fit together"],
        ["strides past the end", Tensor(Storage("K\x04"), "K\0", "K\x02\x85", "K\x09\x85"), "reaches beyond"],
        ["negative strides", Tensor(Storage("K\x04"), "K\0", "K\x02\x85", "J\xff\xff\xff\xff\x85"), "no numbers from 0"],
        ["a negative shape", Tensor(Storage("K\x04"), "K\0", "J\xff\xff\xff\xff\x85", "K\x01\x85"), "no numbers from 0"],
        ["more numbers than stored", Tensor(Storage("K\x04"), "K\0", "J\0\0\0\x40\x85", "K\0\x85"), "reaches beyond"],
        ["a shape that overflows", Tensor(Storage("K\x04"), "K\0", "J\0\0\0\x40J\0\0\0\x40J\0\0\0\x40\x87", "K\0K\0K\0\x87"), "more numbers than there can be"],
        ["fewer strides than dimensions", Tensor(Storage("K\x04"), "K\0", "K\x02K\x02\x86", "K\x01\x85"), "do not fit together"],
        ["a shape of texts", Tensor(Storage("K\x04"), "K\0", "\x8c\x01" + "2\x85", "K\x01\x85"), "no numbers from 0"],
        ["65 dimensions", Tensor(Storage("K\x04"), "K\0", "(" + Repeat("K\x01", 65) + "t", "(" + Repeat("K\x01", 65) + "t"), "do not fit together"],
        ["a tensor out of nothing", "ctorch._utils\n_rebuild_tensor_v2\n)R.", "arguments"],
        ["a parameter out of a text", "ctorch._utils\n_rebuild_parameter\n(\x8c\x01x\x88}tR.", "arguments"],
        ["a call of a storage's type", "ctorch\nFloatStorage\n)R.", "arguments"],
        ["a call of a text", "\x8c\x01x)R.", "no name"],
        ["an object of an allowed name", Ordered + ")\x81.", "makes an object"],
        ["state for a list", "]}b.", "gives state"],
        ["state for a name", Ordered + "}b.", "gives state"],
        ["state that is no dictionary", "}K\x01" + "b.", "gives state"],
        ["a memo place that is empty", "h\x05.", "memo"],
        ["a memo of far places that are empty", "}r\xff\xff\xff\xffj\xfe\xff\xff\xff.", "memo"],
        ["a memo bomb", "}" + Repeat("\x94", (1 << 20) + 1) + ".", "at once"],
        ["a stack bomb", Repeat("N", (1 << 20) + 1) + ".", "at once"],
        ["a mark bomb", Repeat("(", 1000) + ".", "open marks"],
        ["tuples in tuples", ")" + Repeat("\x85", 1000) + ".", "deep"],
        ["lists in lists", Repeat("]", 1000) + Repeat("a", 999) + ".", "deep"],
        ["dictionaries in dictionaries", Repeat("}\x8c\x01x", 999) + "}" + Repeat("s", 999) + ".", "deep"],
        ["tuples of one tuple twice, over and over", ")" + Repeat("q\0h\0\x86", 1000) + ".", "deep"],
        ["a text of 4 GB", "X\xff\xff\xff\xff.", "bytes"],
        ["a number of 255 bytes", "\x8a\xff" + new string('\x01', 255) + ".", "no dictionary"],
        ["bytes of 4 GB", "B\xff\xff\xff\xff.", "bytes"],
        ["a call of what lies beside weights", "cargparse\nNamespace\n)R)R.", "no name"],
        ["a dictionary of one dictionary twice, over and over", "}(\x8c\x01k}q\0" + Repeat("\x8c\x01k}(\x8c\x01" + "ah\0\x8c\x01" + "bh\0uq\0", 40) + "u.", "no weights"],
        ["a key that is a tuple", "}(K\x01\x85K\x02u.", "neither texts nor numbers"],
        ["a key without a value", "}(K\x01u.", "without a value"],
        ["values appended to a dictionary", "}(K\x01" + "e.", "no list"],
        ["a value under the mark", "K\x01(\x85.", "not there"],
        ["a mark that is not open", "t.", "not open"],
        ["nothing at all", ".", "one value"],
        ["two values", "NN.", "one value"],
        ["no end", "N", "cut off"],
        ["a text that is cut off", "X\x10\0\0\0ab", "cut off"],
        ["a text that is not UTF-8", "\x8c\x01\xff.", "UTF-8"],
        ["protocol 6", "\x80\x06N.", "protocol"],
        ["a name without end", "c" + new string('a', 1000) + ".", "too long"],
        ["a number alone", "K\x01.", "no dictionary"],
        ["no weights", "}.", "no weights"],
    ];

    [TestMethod]
    [DynamicData(nameof(Pickles))]
    public void Read_HostilePickle_IsRefusedAndSaysWhy(string what, string pickle, string named)
    {
        using (var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
        {
            PickleWriter.Add(archive, "a/data.pkl", [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)]);
            PickleWriter.Add(archive, "a/data/0", new byte[16]);
        }

        AssertRefused(what, named);

        File.WriteAllBytes(path, [.. PickleWriter.Magic, .. Encoding.Latin1.GetBytes("\x80\x02M\xe9\x03.\x80\x02}X\r\0\0\0little_endian\x88s.\x80\x02" + pickle + (pickle.EndsWith('.') ? "\x80\x02]." : ""))]);
        AssertRefused($"{what}, in the older format", what.StartsWith("a storage", StringComparison.Ordinal) ? "" : named);
    }

    /// <summary>Archives that are wrong in themselves.</summary>
    public static IEnumerable<object[]> Archives =>
    [
        ["a name that leads out", "leads out", new[] { "a/data.pkl", "../../evil" }, CompressionLevel.NoCompression],
        ["an absolute name", "leads out", new[] { "a/data.pkl", "/etc/evil" }, CompressionLevel.NoCompression],
        ["a name of Windows", "leads out", new[] { "a/data.pkl", "a\\..\\evil" }, CompressionLevel.NoCompression],
        ["two pickles", "2 entries named data.pkl", new[] { "a/data.pkl", "b/data.pkl" }, CompressionLevel.NoCompression],
        ["the same pickle twice", "twice", new[] { "a/data.pkl", "a/data.pkl" }, CompressionLevel.NoCompression],
        ["no pickle", "0 entries named data.pkl", new[] { "a/data" }, CompressionLevel.NoCompression],
        ["a zip bomb", "compressed", new[] { "a/data.pkl" }, CompressionLevel.SmallestSize],
    ];

    [TestMethod]
    [DynamicData(nameof(Archives))]
    public void Read_HostileArchive_IsRefusedAndSaysWhy(string what, string named, string[] entries, CompressionLevel level)
    {
        using (var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
        {
            foreach (var entry in entries)
            {
                PickleWriter.Add(archive, entry, new byte[level == CompressionLevel.NoCompression ? 10 : 1 << 20], level);
            }
        }

        AssertRefused(what, named);
    }

    [TestMethod]
    public void Read_NumbersOfTheOtherByteOrder_AreRefused()
    {
        using var weight = torch.ones(2);
        PickleWriter.WriteArchive(path, new Dictionary<string, object> { ["w"] = weight }, byteOrder: "big");
        AssertRefused("big-endian", "little-endian");
    }

    [TestMethod]
    public void Read_ManyTensorsOfOneStorage_DoNotFillTheMemory()
    {
        const string Count = "\x8a\x03\0\0\x01"; // 65,536
        var tensor = Tensor(Storage(Count), "K\0", Count + "\x85", "K\x01\x85")[..^1];
        var names = string.Concat(Enumerable.Range(0, 9000).Select(i => $"\x8c\x04{i:D4}h\0"));
        using (var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
        {
            PickleWriter.Add(archive, "a/data.pkl", Encoding.Latin1.GetBytes($"\x80\x02}}\x8c\x01x{tensor}q\0s({names}u."));
            PickleWriter.Add(archive, "a/data/0", new byte[1 << 18]);
        }

        AssertRefused("9000 views of one storage", "many times");
    }

    private void AssertRefused(string what, string named)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var error = Assert.ThrowsExactly<ExperimentException>(() => TorchFile.Read(path), what);
        Assert.AreEqual(FailureKind.Checkpoint, error.Kind, what);
        Assert.Contains(path, error.Message, what);
        Assert.IsTrue(named.Split('|').Any(word => error.Message.Contains(word, StringComparison.Ordinal)), $"{what}: {error.Message}");
        Assert.IsFalse(error.Message.Any(char.IsControl), what);
        Assert.IsLessThan(500, error.Message.Length, what);
        Assert.AreEqual(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount, what);
        Assert.IsLessThan(2, clock.Elapsed.TotalSeconds, what);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Storage(string count, string key = "0", string type = "Float") =>
        $"(\x8c\x07storagectorch\n{type}Storage\n\x8c{(char)key.Length}{key}\x8c\x03" + $"cpu{count}tQ";

    private static string Tensor(string storage, string offset, string shape, string strides) =>
        $"ctorch._utils\n_rebuild_tensor_v2\n({storage}{offset}{shape}{strides}\x89}}tR.";
}
