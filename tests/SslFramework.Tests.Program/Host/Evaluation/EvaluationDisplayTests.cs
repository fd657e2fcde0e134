using SslFramework.Host.Components;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Evaluation;

[TestClass]
public class EvaluationDisplayTests
{
    private readonly Time time = new();

    [TestMethod]
    public void Report_Piped_IsALineAfterTwoSecondsAndThenEveryFive()
    {
        var lines = Shown(Verbosity.Normal);
        Assert.AreEqual("evaluating  1/2  trained, knn: features of images  [####....................] 20 %  8 s left\nevaluating  1/2  trained, knn: features of images  [############............] 50 %  7 s left\n", lines);
    }

    [TestMethod]
    public void Report_Quiet_IsNothing() => Assert.AreEqual("", Shown(Verbosity.Quiet));

    private string Shown(Verbosity verbosity)
    {
        var stderr = Console.Error;
        using var lines = new StringWriter { NewLine = "\n" };
        Console.SetError(lines);
        try
        {
            var relay = new ProgressRelay();
            using (new EvaluationDisplay(relay, new Messages(verbosity), time))
            {
                relay.Begin("1/2  trained, knn");
                relay.Report(new("features of images", 1, 100));
                time.Seconds = 2;
                relay.Report(new("features of images", 20, 100));
                time.Seconds = 3;
                relay.Report(new("features of images", 30, 100));
                time.Seconds = 7;
                relay.Report(new("features of images", 50, 100));
                time.Seconds = 8;
                relay.Report(new("features of images", 60, 100));
            }

            relay.Report(new("features of images", 100, 100)); // nobody looks any more
            return lines.ToString();
        }
        finally
        {
            Console.SetError(stderr);
        }
    }

    private sealed class Time : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
