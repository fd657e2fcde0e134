using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class PrintableWriterTests
{
    [TestMethod]
    public void OnBoth_LinesOfOthers_AreVisibleTextAndMessagesKeepToOneLine()
    {
        var (output, errors) = Shown(() =>
        {
            Console.WriteLine("{\n  \"a\": \"\u001b[2J\"\n}");
            Console.Error.WriteLine("left out: a\u001b]0;title\u0007\nerror: forged\r");
            Console.Write("\u001b[1m"); // a table draws so
        });
        Assert.AreEqual("{\n  \"a\": \"\\u001b[2J\"\n}\n\u001b[1m", output);
        Assert.AreEqual("left out: a\\u001b]0;title\\u0007\\u000aerror: forged\\u000d\n", errors);
    }

    [TestMethod]
    public void OnBoth_StdoutThatCannotBeWritten_IsAStorageErrorThatNamesIt()
    {
        var before = Console.Out;
        using var closed = new Closed();
        try
        {
            Console.SetOut(closed);
            using (PrintableWriter.OnBoth())
            {
                var error = Assert.ThrowsExactly<ExperimentException>(() => Console.WriteLine("result"));
                Assert.AreEqual(FailureKind.Storage, error.Kind);
                StringAssert.Contains(error.Message, "could not be written to standard output (Access to the path is denied)");
            }

            Assert.ThrowsExactly<UnauthorizedAccessException>(() => Console.WriteLine("as before"));
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    private static (string Output, string Errors) Shown(Action write)
    {
        var (stdout, stderr) = (Console.Out, Console.Error);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(errors);
            using (PrintableWriter.OnBoth())
            {
                write();
            }
        }
        finally
        {
            Console.SetOut(stdout);
            Console.SetError(stderr);
        }

        return (output.ToString(), errors.ToString());
    }

    private sealed class Closed : StringWriter
    {
        public override void WriteLine(string? value) => throw new UnauthorizedAccessException("Access to the path is denied.");
    }
}
