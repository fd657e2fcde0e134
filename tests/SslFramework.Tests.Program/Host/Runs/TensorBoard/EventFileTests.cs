using System.Buffers.Binary;
using SkiaSharp;
using SslFramework.Host.Runs.TensorBoard;
using Tensorboard;

namespace SslFramework.Tests.Host.Runs.TensorBoard;

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
    public void Add_Pictures_AreImagesOfTheirStep()
    {
        Write(file => file.Add(9, [new TitledPicture("views", [1, 2, 3], 40, 70)]));
        var value = Read()[1].Summary.Value.Single();
        Assert.AreEqual("views", value.Tag);
        Assert.AreEqual((40, 70, 4), (value.Image.Height, value.Image.Width, value.Image.Colorspace));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, value.Image.EncodedImageString.ToByteArray());
    }

    [TestMethod]
    public void Train_WithAReport_ShowsViewsFiguresAndFeatures()
    {
        var (code, _, errors) = SslProgram.RunWithReport(
            "train", Repository.Experiment("quickstart.json"), "--runs", folder, "--set", "name=run", "--set", "data.take=64", "--set", "evaluation.test.skip=9950",
            "--set", "evaluation.evaluators=[\"knn\"]", "--set", "backbone.width=4", "--set", "training.batchSize=32", "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32");
        Assert.AreEqual(0, code, errors);
        var images = Read("run").Where(e => e.Summary is not null).SelectMany(e => e.Summary.Value).Where(v => v.Image is not null).ToArray();
        CollectionAssert.Contains(images.Select(v => v.Tag).ToArray(), "views");
        Assert.IsGreaterThan(1, images.Length, "the method's figures");
        foreach (var image in images)
        {
            using var picture = SKBitmap.Decode(image.Image.EncodedImageString.ToByteArray());
            Assert.AreEqual((image.Image.Width, image.Image.Height), (picture.Width, picture.Height));
        }

        var run = Path.Combine(folder, "run");
        var projector = File.ReadAllText(Path.Combine(run, "projector_config.pbtxt"));
        var files = System.Text.RegularExpressions.Regex.Matches(projector, "_path: \"(.*)\"").Select(m => Path.Combine(run, m.Groups[1].Value)).ToArray();
        Assert.HasCount(3, files);
        var (vectors, classes) = (File.ReadAllLines(files[0]), File.ReadAllLines(files[1]));
        Assert.HasCount(50, vectors);
        Assert.HasCount(50, classes);
        Assert.HasCount(32, vectors[0].Split('\t'));
        using var sprite = SKBitmap.Decode(files[2]);
        Assert.AreEqual((896, 56), (sprite.Width, sprite.Height), "32 thumbnails of 28 pixels in a row, as large as the images");
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
            "train", SmallRuns.Write("quickstart", folder), "--runs", folder, "--set", "name=run", "--set", "training.checkpointEverySteps=4", "--set", "training.logEvery=1",
        ];
        Assert.AreEqual(0, SslProgram.Run([.. arguments, "--steps", "6"]).ExitCode);
        Assert.AreEqual(0, SslProgram.Run(arguments).ExitCode);
        CollectionAssert.AreEqual(Enumerable.Range(1, SmallRuns.Steps).Select(i => (long)i).ToArray(), Steps("run"));
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
