using Spectre.Console;
using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class FittedTableTests
{
    private readonly FittedTable table = new(["run"], ["training (s)", "linear-probe top-1", "knn top-1 (k=20)"]);

    public FittedTableTests() => table.AddRow("simclr-fashion-mnist, seed 1e-05", "1", "[bold]84.6[/] (layer4)", "82.0");

    [TestMethod]
    public void Print_WithRoom_IsOneLineARow() => Assert.AreEqual(
        """
        ╭──────────────────────────────────┬──────────────┬────────────────────┬──────────────────╮
        │ run                              │ training (s) │ linear-probe top-1 │ knn top-1 (k=20) │
        ├──────────────────────────────────┼──────────────┼────────────────────┼──────────────────┤
        │ simclr-fashion-mnist, seed 1e-05 │            1 │      84.6 (layer4) │             82.0 │
        ╰──────────────────────────────────┴──────────────┴────────────────────┴──────────────────╯
        """,
        Printed(200));

    [TestMethod]
    public void Print_WithLess_BreaksHeadingsBetweenWords() => Assert.AreEqual(
        """
        ╭──────────────────────────────────┬──────────┬───────────────┬───────────╮
        │ run                              │ training │  linear-probe │ knn top-1 │
        │                                  │      (s) │         top-1 │    (k=20) │
        ├──────────────────────────────────┼──────────┼───────────────┼───────────┤
        │ simclr-fashion-mnist, seed 1e-05 │        1 │ 84.6 (layer4) │      82.0 │
        ╰──────────────────────────────────┴──────────┴───────────────┴───────────╯
        """,
        Printed(80));

    [TestMethod]
    public void Print_WithLittle_BreaksNamesBetweenWordsToo() => Assert.AreEqual(
        """
        ╭────────────┬──────────┬───────────────┬────────╮
        │ run        │ training │  linear-probe │    knn │
        │            │      (s) │         top-1 │  top-1 │
        │            │          │               │ (k=20) │
        ├────────────┼──────────┼───────────────┼────────┤
        │ simclr-    │        1 │ 84.6 (layer4) │   82.0 │
        │ fashion-   │          │               │        │
        │ mnist,     │          │               │        │
        │ seed 1e-05 │          │               │        │
        ╰────────────┴──────────┴───────────────┴────────╯
        """,
        Printed(52));

    [TestMethod]
    public void Print_WithTooLittle_GoesOnBelow()
    {
        var printed = Printed(30);
        Assert.AreEqual(3, printed.Split('\n').Count(line => line.StartsWith('╭')));
        StringAssert.Contains(printed, "84.6 (layer4)");
        foreach (var line in printed.Split('\n'))
        {
            Assert.IsLessThanOrEqualTo(30, line.Length, line);
        }
    }

    private string Printed(int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        foreach (var part in table.Fit(width))
        {
            console.Write(part);
        }

        return string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }
}
