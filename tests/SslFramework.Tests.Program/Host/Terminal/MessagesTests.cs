using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class MessagesTests
{
    [TestMethod]
    public void Warn_ANameWithALineBreakAndAnEscape_IsOneLineThatShowsThem() => Assert.AreEqual(
        "warning: no 'a\\u000aerror: b\\u001b[2J'\n", Said(() => Messages.Warn("no 'a\nerror: b\u001b[2J'")));

    [TestMethod]
    public void Error_Always_BeginsWithItsMark() => Assert.AreEqual("error: it ended\n", Said(() => Messages.Error("it ended")));

    [TestMethod]
    [DataRow(false, false, 0, "note\n")]
    [DataRow(false, true, 0, "note\ndetail\n")]
    [DataRow(true, false, 0, "")]
    [DataRow(false, true, 1, "", DisplayName = "not the first of several processes")]
    public void For_OptionsAndRank_SaysWhatWasAskedFor(bool quiet, bool verbose, int rank, string expected)
    {
        var messages = Messages.For(quiet, verbose, rank);
        Assert.AreEqual(expected, Said(() =>
        {
            messages.Note("note");
            messages.Detail("detail");
        }));
    }

    private static string Said(Action speak)
    {
        var stderr = Console.Error;
        using var lines = new StringWriter { NewLine = "\n" };
        Console.SetError(lines);
        try
        {
            speak();
            return lines.ToString();
        }
        finally
        {
            Console.SetError(stderr);
        }
    }
}
