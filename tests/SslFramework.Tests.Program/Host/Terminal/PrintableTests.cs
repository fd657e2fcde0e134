using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class PrintableTests
{
    [TestMethod]
    [Case("K9")]
    [DataRow("plain ünïcode 🦊", "plain ünïcode 🦊")]
    [DataRow("\u001b[31mred\u0007", "\\u001b[31mred\\u0007")]
    [DataRow("a\nerror: forged", "a\\u000aerror: forged")]
    [DataRow("\r\u001b[2K", "\\u000d\\u001b[2K")]
    [DataRow("gpj.\u202eexe", "gpj.\\u202eexe")]
    [DataRow("\u009b31m", "\\u009b31m")]
    public void Line_WhatIsNoVisibleCharacter_IsSpelledOut(string text, string expected) => Assert.AreEqual(expected, Printable.Line(text));

    [TestMethod]
    [Case("K9")]
    public void Lines_LineBreaks_Stay() => Assert.AreEqual("a\n\\u0009b\\u000d\\u001b", Printable.Lines("a\n\tb\r\u001b"));

    [TestMethod]
    [Case("K9")]
    public void Line_HalfASurrogatePair_IsSpelledOut() => Assert.AreEqual("half \\ud83d, \\ude00", Printable.Line("half \ud83d, \ude00"));
}
