using SslFramework.Host.Runs;

namespace SslFramework.Tests.Host.Runs;

[TestClass]
public class RunLogTests
{
    private readonly FullableStream file = new();
    private readonly List<string> warnings = [];

    [TestMethod]
    [Case("C6")]
    public void Add_DiskFull_KeepsTheLinesAndWritesThemWhenThereIsSpace()
    {
        using var log = new RunLog(file, warnings.Add);
        log.Add("first");
        file.Space = 3;
        log.Add("second");
        log.Add("third");
        Assert.HasCount(1, warnings, "one a minute");
        Assert.AreEqual(8, log.Length, "half a line does not count");

        file.Space = 1000;
        log.Add("fourth");

        Assert.AreEqual("\"first\"\n\"second\"\n\"third\"\n\"fourth\"\n", file.Text);
        Assert.AreEqual(file.Length, log.Length);
    }

    [TestMethod]
    public void RewindTo_Length_ForgetsWhatCameAfterAndHalfALine()
    {
        file.Write("\"kept\"\n\"lost\"\n\"ha"u8);
        using var log = new RunLog(file, warnings.Add);
        log.RewindTo(7);
        log.Add("new");
        Assert.AreEqual("\"kept\"\n\"new\"\n", file.Text);
        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    public void RewindTo_MoreThanThereIs_SaysThatLinesAreLost()
    {
        using var log = new RunLog(file, warnings.Add);
        log.RewindTo(100);
        Assert.Contains("lacks 100 bytes", warnings.Single());
    }

    private sealed class FullableStream : MemoryStream
    {
        public int Space { get; set; } = 1000;

        public string Text => System.Text.Encoding.UTF8.GetString(ToArray());

        public override void Write(byte[] buffer, int offset, int count)
        {
            var fits = Math.Min(count, Space);
            base.Write(buffer, offset, fits);
            Space -= fits;
            if (fits < count)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
