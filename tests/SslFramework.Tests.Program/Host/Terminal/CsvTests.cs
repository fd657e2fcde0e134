using SslFramework.Host.Comparison;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class CsvTests
{
    [TestMethod]
    [DataRow("=1+1", "'=1+1")]
    [DataRow("@SUM(A1)", "'@SUM(A1)")]
    [DataRow("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [DataRow("-a,b", "\"'-a,b\"")]
    [DataRow("-1.5", "-1.5")]
    [DataRow("+2e-3", "+2e-3")]
    [DataRow("a=b", "a=b")]
    [DataRow("", "")]
    [DataRow("-", "'-")]
    public void Csv_ATextThatASpreadsheetWouldCompute_IsMarkedAsText(string name, string cell) =>
        Assert.AreEqual($"run,top-1\n{cell},-0.5\n", new ResultTable("", "run", ["top-1"], [new ResultRow(name, false, [new Cell(-0.5)])], []).Csv());
}
