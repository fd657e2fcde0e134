using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class WordWrapTests
{
    [TestMethod]
    [DataRow("as it is", "as it is")]
    [DataRow("ten letter", "ten letter")]
    [DataRow("one two three four", "one two\nthree four")]
    [DataRow("1234567890 fits", "1234567890\nfits")]
    [DataRow("/a/long/path stays whole", "/a/long/path\nstays\nwhole")]
    [DataRow("see /a/long/path", "see\n/a/long/path")]
    [DataRow("  one two three", "  one two\n  three")]
    [DataRow("  a  b  c  d  e", "  a  b  c\n  d  e")]
    [DataRow("short\none two three", "short\none two\nthree")]
    [DataRow("/a/long/path/   ", "/a/long/path/   ")]
    [DataRow("            ", "            ")]
    public void Wrap_ToTenColumns_BreaksBetweenWords(string text, string expected) => Assert.AreEqual(expected, WordWrap.Wrap(text, 10));

    [TestMethod]
    public void WrappedWriter_WholeLines_AreWrappedAndPiecesPass()
    {
        using var terminal = new StringWriter { NewLine = "\n" };
        using var writer = new WrappedWriter(terminal, () => 10);
        writer.WriteLine("one two three");
        writer.Write("one two three");
        Assert.AreEqual("one two\nthree\none two three", terminal.ToString());
    }
}
