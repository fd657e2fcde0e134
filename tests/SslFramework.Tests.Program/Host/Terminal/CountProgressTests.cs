using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class CountProgressTests
{
    [TestMethod]
    public void Report_Piped_IsALineAfterTwoSecondsAndThenEveryTen()
    {
        var (time, stderr) = (new Time(), Console.Error);
        using var lines = new StringWriter();
        Console.SetError(lines);
        try
        {
            using var progress = new CountProgress("checked", 1000, time);
            foreach (var (seconds, done) in new[] { (1, 10), (2, 20), (3, 30), (11, 110), (12, 120), (13, 130) })
            {
                time.Seconds = seconds;
                progress.Report(done);
            }
        }
        finally
        {
            Console.SetError(stderr);
        }

        CollectionAssert.AreEqual(new[] { "checked 20/1,000  10/s", "checked 120/1,000  10/s" }, lines.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class Time : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
