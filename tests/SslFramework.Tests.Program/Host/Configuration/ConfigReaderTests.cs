using System.Diagnostics;
using System.Text;
using SslFramework.Host.Configuration;

namespace SslFramework.Tests.Host.Configuration;

/// <summary>Files that are no experiment: each is a sentence, soon, and without the memory that it asks for.</summary>
[TestClass]
public class ConfigReaderTests
{
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Delete() => folder.Dispose();

    [TestMethod]
    [Case("K3")]
    public void ReadFile_ByteOrderMark_IsSkipped()
    {
        var (node, errors) = Read([.. Encoding.UTF8.Preamble, .. "\n {\"a\": 1}"u8]);
        Assert.AreEqual("", string.Join('\n', errors.Lines));
        Assert.AreEqual("test.json:2:8", node!.Members["a"].Place);
    }

    [TestMethod]
    [Case("K3")]
    [DataRow("{\"a\": 1, /* x */ \"b\": [1, 2,], } // end", "")]
    [DataRow("{\n\"a\": 1,\n\"a\": 2 }", "test.json:3:1: the key \"a\" stands twice; remove one")]
    [DataRow("{ \"a\": 1 } { }", "this is not JSON")]
    [DataRow("  \r\n\t", "test.json: the file is empty")]
    [DataRow("{ \"a\": \"\\ud800\" }", "test.json:1:8: this text has half a surrogate pair")]
    [DataRow("{ \"\\udc00\": 1 }", "half a surrogate pair")]
    public void ReadFile_Text_IsReadOrOneSentence(string json, string expected)
    {
        var (_, errors) = Read(Encoding.UTF8.GetBytes(json));
        StringAssert.Contains(string.Join('\n', errors.Lines), expected);
        Assert.AreEqual(expected.Length == 0 ? 0 : 1, errors.Count);
    }

    [TestMethod]
    [Case("K3")]
    public void ReadFile_OtherEncodings_AreRefusedByName()
    {
        foreach (var bytes in new[] { Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{}")).ToArray(), [(byte)'"', 0xFF, (byte)'"'] })
        {
            StringAssert.Contains(Read(bytes).Errors.Lines.Single(), "test.json: this is not UTF-8 text");
        }
    }

    [TestMethod]
    [Case("K3")]
    [DataRow("[", "]")]
    [DataRow("{\"a\":", "}")]
    public void ReadFile_NestedDeeply_IsRefused(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        StringAssert.Contains(Read(Encoding.UTF8.GetBytes(deep)).Errors.Lines.Single(), "depth of 64");
    }

    [TestMethod]
    [Case("K3")]
    public void ReadFile_MoreThanTheLimit_IsNotReadOn()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        StringAssert.Contains(Read(new byte[(1 << 20) + 1]).Errors.Lines.Single(), "larger than 1 MiB");
        var errors = new ConfigErrors();
        if (File.Exists("/dev/zero"))
        {
            Assert.IsNull(ConfigReader.ReadFile("/dev/zero", errors, FileKind.Experiment)); // says of itself that it has no length
        }

        Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [Case("K3")]
    [DataRow("")]
    [DataRow("nowhere/x.json")]
    [DataRow("a\0b")]
    public void ReadFile_PathThatIsNone_IsOneSentence(string path)
    {
        var errors = new ConfigErrors();
        Assert.IsNull(ConfigReader.ReadFile(path, errors, FileKind.Experiment));
        Assert.AreEqual(1, errors.Count);
    }

    /// <summary>Each value has a place, and finding it must not walk through the file again: that took minutes.</summary>
    [TestMethod]
    [Case("K3")]
    public void ReadFile_HalfAMillionValues_TakesNoTimeToSpeakOf()
    {
        var clock = Stopwatch.StartNew();
        var (node, errors) = Read(Encoding.UTF8.GetBytes("[" + string.Concat(Enumerable.Repeat("1\n,", 349_000)) + "1]"));
        Assert.AreEqual(0, errors.Count);
        Assert.AreEqual("test.json:349001:2", node!.Items[^1].Place);
        Assert.IsLessThan(5, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [Case("K4")]
    public void ThrowIfAny_ThousandsOfMistakes_TellsTheFirstHundred()
    {
        var errors = new ConfigErrors();
        for (var i = 1; i <= 2000; i++)
        {
            errors.Add($"x.json:{i}:1", "wrong");
        }

        var lines = Assert.ThrowsExactly<ExperimentException>(errors.ThrowIfAny).Message.Split(Environment.NewLine);
        Assert.HasCount(101, lines);
        Assert.AreEqual("x.json:100:1: wrong", lines[99]);
        Assert.AreEqual("… and 1900 more mistakes", lines[100]);
    }

    [TestMethod]
    [Case("K9")]
    public void Lines_ControlCharacters_AreSpelledOut()
    {
        var errors = new ConfigErrors();
        errors.Add("x\u001b.json:1:1", "there is no crop \"\u001b[2J\nerror: forged\"");
        Assert.AreEqual("x\\u001b.json:1:1: there is no crop \"\\u001b[2J\\u000aerror: forged\"", errors.Lines.Single());
    }

    [TestMethod]
    [DataRow("temp", "temperature")]
    [DataRow("sede", "seed")]
    [DataRow("rotatoin", "rotation")]
    [DataRow("tim", null)]
    public void Nearest_AWord_IsOneOfFewChangesOrOfTheSameStart(string word, string? nearest) =>
        Assert.AreEqual(nearest, Nearest.To(word, ["temperature", "stem", "seed", "rotation"]));

    [TestMethod]
    public void Nearest_NameOfAMegabyte_CostsNothing()
    {
        var name = new string('x', 1 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsNull(Nearest.To(name, ["rotation"]));
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow("simlcr.json", "There is no experiment \"{0}/simlcr.json\"; did you mean \"{0}/simclr.json\"?")]
    [DataRow("simclr", "There is no experiment \"{0}/simclr\"; did you mean \"{0}/simclr.json\"?")]
    [DataRow("sup/mae.json", "There is no experiment \"{0}/sup/mae.json\"; did you mean \"{0}/sub/mae.json\"?")]
    [DataRow("other.json", "There is no experiment \"{0}/other.json\"; name a file, such as host/experiments/quickstart.json.")]
    [DataRow("nowhere/at/all.json", "There is no experiment \"{0}/nowhere/at/all.json\"; name a file, such as")]
    [DataRow("sub", "\"{0}/sub\" is a folder; name an experiment file in it, such as \"{0}/sub/mae.json\".")]
    [DataRow("photos", "\"{0}/photos\" is a folder; name an experiment file, such as host/experiments/quickstart.json, or a method for images that lie in it, as in 'simclr --data {0}/photos'.")]
    [DataRow("run", "\"{0}/run\" is the folder of a run, which 'ssl evaluate', 'ssl preview', 'ssl embed', 'ssl export', 'ssl report' and 'ssl compare' take; name an experiment file here, such as \"{0}/run/experiment.json\", which made it.")]
    [DataRow("runs", "\"{0}/runs\" is a folder of runs; name an experiment file here, such as \"{0}/runs/a/experiment.json\", which made one.")]
    [DataRow("sweep.json", "{0}/sweep.json: this is a sweep and no experiment: 'ssl sweep {0}/sweep.json' takes it; name an experiment file, such as")]
    [DataRow("measure.json", "{0}/measure.json: this is an evaluation and no experiment: 'ssl evaluate RUN --with {0}/measure.json' takes it; name")]
    public void ReadFile_SomethingElse_NamesWhatMayBeMeant(string named, string sentence)
    {
        foreach (var (file, text) in new[]
        {
            ("simclr.json", "{}"), ("sub/a.json", "[]"), ("sub/b.json", """{ "grid": {} }"""), ("sub/mae.json", """{ "objective": "mae" }"""), ("photos/1.jpg", ""),
            ("run/experiment.json", "{}"), ("run/run.json", "{}"), ("runs/a/experiment.json", "{}"), ("runs/a/run.json", "{}"), ("sweep.json", """{ "grid": {} }"""), ("measure.json", """{ "evaluators": [] }"""),
        })
        {
            folder.Write(file, Encoding.UTF8.GetBytes(text));
        }

        var errors = new ConfigErrors();
        Assert.IsNull(ConfigReader.ReadFile(Path.Combine(folder.Root, named), errors, FileKind.Experiment));
        StringAssert.StartsWith(errors.Lines.Single(), sentence.Replace("{0}", folder.Root, StringComparison.Ordinal));
    }

    private (ConfigNode? Node, ConfigErrors Errors) Read(byte[] bytes)
    {
        var errors = new ConfigErrors();
        return (ConfigReader.ReadFile(folder.Write("test.json", bytes), errors, FileKind.Experiment), errors);
    }
}
