using System.Buffers.Binary;
using SslFramework.Host.Reports.TensorBoard;
using Tensorboard;

namespace SslFramework.Tests.Host.Reports.TensorBoard;

/// <summary>Event files are read by TensorBoard's own messages, as protoc made them, and a checksum from its definition.</summary>
[TestClass]
public class EventFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-events").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Crc_OfTheCheckString_IsThatOfCastagnoli() => Assert.AreEqual(0xe3069283, Crc("123456789"u8.ToArray()));

    [TestMethod]
    public void Add_Numbers_AreScalarsOfTheirStep()
    {
        Write(file => file.Add(7, new Dictionary<string, double> { ["loss"] = 0.5, ["knn top-1"] = 81.25, ["gradientNorm"] = double.NaN }));
        var events = Read();
        Assert.AreEqual("brain.Event:2", events[0].FileVersion);
        Assert.AreEqual(7, events[1].Step);
        CollectionAssert.AreEqual(new[] { "loss", "knn/top-1", "gradientNorm" }, events[1].Summary.Value.Select(v => v.Tag).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5f, 81.25f, float.NaN }, events[1].Summary.Value.Select(v => v.SimpleValue).ToArray());
        Assert.IsGreaterThan(1.7e9, events[1].WallTime);
    }

    [TestMethod]
    public void GoOnAfter_ACheckpoint_LeavesEachStepOnce()
    {
        Write(file => { Log(file, 1, 2, 3, 4, 5); });
        Write(file =>
        {
            file.GoOnAfter(3);
            Log(file, 4, 5, 6);
        });
        Assert.HasCount(2, Directory.GetFiles(folder));
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 5, 6 }, Steps());
    }

    [TestMethod]
    public void Train_StoppedAndStartedAgain_HasTheScalarsOfMetrics()
    {
        string[] arguments =
        [
            "train", Reliability.SmallRuns.Write("quickstart", folder), "--runs", folder, "--set", "name=run", "--set", "training.checkpointEverySteps=4", "--set", "training.logEvery=1",
        ];
        Assert.AreEqual(0, Commands.SslProgram.Run([.. arguments, "--steps", "6"]).ExitCode);
        Assert.AreEqual(0, Commands.SslProgram.Run(arguments).ExitCode);
        CollectionAssert.AreEqual(Enumerable.Range(1, Reliability.SmallRuns.Steps).Select(i => (long)i).ToArray(), Steps("run"));
    }

    /// <summary>The steps that TensorBoard shows: a start forgets those from its own on.</summary>
    private long[] Steps(string under = "")
    {
        var steps = new List<long>();
        foreach (var e in Read(under))
        {
            if (e.SessionLog?.Status == SessionLog.Types.SessionStatus.Start)
            {
                steps.RemoveAll(step => step >= e.Step);
            }
            else if (e.Summary is not null)
            {
                steps.Add(e.Step);
            }
        }

        return [.. steps];
    }

    private static void Log(EventFile file, params long[] steps) =>
        Array.ForEach(steps, step => file.Add(step, new Dictionary<string, double> { ["loss"] = step }));

    private void Write(Action<EventFile> write)
    {
        using var file = new EventFile(folder, TimeProvider.System, Assert.Fail);
        write(file);
    }

    private Event[] Read(string under = "") =>
        [.. Directory.GetFiles(Path.Combine(folder, under), "events.out.tfevents.*").Order(StringComparer.Ordinal).SelectMany(file => Records(File.ReadAllBytes(file)))];

    private static IEnumerable<Event> Records(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.AreEqual(Masked(Crc(file[at..(at + 8)])), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file[(at + 12)..(at + 12 + length)];
            Assert.AreEqual(Masked(Crc(data)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return Event.Parser.ParseFrom(data);
            at += 16 + length;
        }
    }

    private static uint Masked(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82f63b78; // the Castagnoli polynomial, reversed
            }
        }

        return ~crc;
    }
}
