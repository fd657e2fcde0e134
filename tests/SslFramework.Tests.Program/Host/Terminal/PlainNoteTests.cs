using SslFramework.Host.Terminal;

namespace SslFramework.Tests.Host.Terminal;

[TestClass]
public class PlainNoteTests
{
    [TestMethod]
    public void Note_OfLongWork_IsALineAfterTwoSecondsAndThenEveryHalfMinute()
    {
        var stderr = Console.Error;
        using var lines = new StringWriter { NewLine = "\n" };
        Console.SetError(lines);
        try
        {
            var time = new Time();
            using (new PlainNote("drawing the report", time))
            {
                Assert.AreEqual((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)), (time.Due, time.Period));
                Assert.AreEqual("", lines.ToString());
                time.Pass(2);
                time.Pass(32);
            }

            Assert.IsTrue(time.IsStopped);
            Assert.AreEqual("drawing the report …  2 s\ndrawing the report …  32 s\n", lines.ToString());
        }
        finally
        {
            Console.SetError(stderr);
        }
    }

    private sealed class Time : TimeProvider, ITimer
    {
        private TimerCallback? callback;
        private long now;

        public TimeSpan Due { get; private set; }

        public TimeSpan Period { get; private set; }

        public bool IsStopped { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (this.callback, Due, Period) = (callback, dueTime, period);
            return this;
        }

        public void Pass(long second)
        {
            now = second;
            callback!(null);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => IsStopped = true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
