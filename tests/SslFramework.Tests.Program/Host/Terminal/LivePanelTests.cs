using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class LivePanelTests
{
    private readonly StringWriter terminal = new();

    [TestMethod]
    public void Show_Again_WritesOverTheLinesBefore()
    {
        using var panel = new LivePanel(terminal, () => 80);
        panel.Show(["one", "two"]);
        panel.Show(["three"]);
        Assert.AreEqual("one\ntwo\n\x1b[2A\r\x1b[Jthree\n", terminal.ToString());
    }

    [TestMethod]
    public void WriteLine_OfOthers_StandsAboveThePanelAndStays()
    {
        using var panel = new LivePanel(terminal, () => 80);
        panel.Show(["one"]);
        panel.Write("warning: ");
        panel.WriteLine("hot");
        Assert.AreEqual("one\n\x1b[1A\r\x1b[Jwarning: hot\none\n", terminal.ToString());
        Assert.AreEqual(1, panel.Warnings);
    }

    [TestMethod]
    public void Show_ALineWiderThanTheTerminal_DoesNotWrap()
    {
        using var panel = new LivePanel(terminal, () => 31);
        panel.Show([new string('x', 50)]);
        Assert.AreEqual(new string('x', 30) + "\n", terminal.ToString());
    }

    [TestMethod]
    public void WriteLine_ALongLineOfOthers_IsBrokenBetweenWords()
    {
        using var panel = new LivePanel(terminal, () => 20);
        panel.WriteLine("warning: the memory is short");
        Assert.AreEqual("warning: the memory\nis short\n", terminal.ToString());
    }
}
