using System.Diagnostics;
using System.Text.Json.Nodes;
using SkiaSharp;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands.Data;

[TestClass]
public class DataCommandTests
{
    private readonly TemporaryFolder folder = new();
    private readonly string images;

    public DataCommandTests()
    {
        images = Path.Combine(folder.Root, "images");
        for (var i = 0; i < 6; i++)
        {
            folder.Write($"images/{i % 2}/{i}.jpg", ImageFixtures.Jpeg(40, 30 + i));
        }
    }

    private string Sheet => Path.Combine(folder.Root, "sheet.png");

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    public void Check_GoodImages_TellsWhatThereIs()
    {
        var (code, output, errors) = SslProgram.Run("data", "check", images, "--sheet", Sheet);
        Assert.AreEqual(0, code, errors);
        foreach (var part in new[] { "6 images", "40 × 30 to 40 × 35", "classes  2", "bad images  none", "JPEGs decoded by" })
        {
            StringAssert.Contains(output, part);
        }

        using var sheet = SKBitmap.Decode(Sheet);
        Assert.IsGreaterThan(6 * 128, sheet.Width);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void CheckAndPack_NamesThatWouldDrawOnATerminal_AreSpelledOut()
    {
        folder.Write("images/c\u001b[31m/0.jpg", ImageFixtures.Jpeg(40, 30));
        folder.Write("images/d\nerror: forged/x\ry.jpg", ImageFixtures.Jpeg(40, 30));
        folder.Write("images/0/bad\nerror: forged.jpg", [1, 2, 3]);
        var check = SslProgram.Run("data", "check", images, "--sheet", Sheet);
        foreach (var part in new[] { "c\\u001b[31m/0.jpg", "d\\u000aerror: forged/x\\u000dy.jpg", "1  d\\u000aerror: forged\n", "bad\\u000aerror: forged.jpg' cannot" })
        {
            StringAssert.Contains(check.Output, part);
        }

        var pack = SslProgram.Run("data", "pack", images, Path.Combine(folder.Root, "all.pack"));
        Assert.AreEqual(0, pack.ExitCode, pack.Errors);
        foreach (var shown in new[] { check.Output, check.Errors, pack.Output, pack.Errors })
        {
            Assert.IsFalse(shown.Any(c => char.IsControl(c) && c != '\n'), shown);
            Assert.IsFalse(shown.Split('\n').Any(line => line.StartsWith("error: forged", StringComparison.Ordinal)), shown);
        }
    }

    [TestMethod]
    public void Check_BadImages_IsADataErrorThatListsThem()
    {
        folder.Write("images/0/bad.jpg", [1, 2, 3]);
        var (code, output, errors) = SslProgram.Run("data", "check", images, "--json", "--sheet", Sheet);
        Assert.AreEqual((int)ExitCode.Data, code, errors);
        var check = JsonNode.Parse(output)!;
        Assert.AreEqual(7, (int)check["images"]!);
        StringAssert.Contains((string?)check["bad"]![0]!["reason"], "bad.jpg");
        Assert.AreEqual(40, (int)check["sizes"]!["median"]!["width"]!);
    }

    [TestMethod]
    public void Pack_ThenCheckAndTrain_UsesTheOneFile()
    {
        var pack = Path.Combine(folder.Root, "all.pack");
        var made = SslProgram.Run("data", "pack", images, pack, "--size", "28", "--grey");
        Assert.AreEqual(0, made.ExitCode, made.Errors);
        StringAssert.Contains(made.Output, "6 images");
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("data", "pack", images, pack).ExitCode, "exists already");
        Assert.AreEqual(0, SslProgram.Run("data", "check", pack, "--sheet", Sheet).ExitCode);

        var trained = SslProgram.Run(
            "train", Repository.Experiment("quickstart.json"), "--runs", folder.Root, "--steps", "1", "--set", "data=pack", "--set", $"data.path={pack}",
            "--set", "data.channels=1", "--set", "training.batchSize=4", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]", "--set", "threads=1", "--set", "evaluation=null");
        Assert.AreEqual(0, trained.ExitCode, trained.Errors);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Pack_InterruptedOrKilled_LeavesNothingHalfWritten()
    {
        var jpeg = ImageFixtures.Jpeg(900, 900);
        for (var i = 0; i < 1000; i++)
        {
            folder.Write($"many/{i}.jpg", jpeg);
        }

        var packs = Directory.CreateDirectory(Path.Combine(folder.Root, "packs")).FullName;
        string[] command = ["data", "pack", Path.Combine(folder.Root, "many"), Path.Combine(packs, "all.pack"), "--size", "300"];
        using (var killed = new SmallProcess(SmallProcess.Ssl, command))
        {
            WaitForPart(packs);
            killed.Kill();
            Assert.AreEqual(137, killed.End().Code);
        }

        var left = Directory.GetFiles(packs).Single();
        using var interrupted = new SmallProcess(SmallProcess.Ssl, command);
        WaitForPart(packs, besides: left);
        Assert.IsFalse(File.Exists(left), "what the killed one left is deleted");
        interrupted.Signal(2);
        var (code, errors) = interrupted.End();
        Assert.AreEqual((int)ExitCode.Interrupted, code, errors);
        Assert.Contains("of 1,000 images, and leaves nothing behind", errors);
        Assert.IsEmpty(Directory.GetFiles(packs));

        // Something is in it: an empty one only tries whether the folder can be written.
        static void WaitForPart(string folder, string? besides = null)
        {
            for (var clock = Stopwatch.StartNew(); !new DirectoryInfo(folder).EnumerateFiles().Any(file => file.FullName != besides && file.Length > 0); Thread.Sleep(10))
            {
                Assert.IsLessThan(60, clock.Elapsed.TotalSeconds);
            }
        }
    }

    [TestMethod]
    public void Check_BadImages_AreToldAsAnErrorToo()
    {
        folder.Write("images/0/bad.jpg", [1, 2, 3]);
        StringAssert.Contains(SslProgram.Run("data", "check", images, "--sheet", Sheet).Errors, "error: 1 of 7 images cannot be used, more than the 1");
    }

    [TestMethod]
    public void CheckAndPack_FashionMnist_IsWhatTrainTakes()
    {
        var (code, output, errors) = SslProgram.Run("data", "check", "fashion-mnist", "--sheet", Sheet);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "8,000 images, 6.0 MB");

        var pack = Path.Combine(folder.Root, "fashion.pack");
        (code, output, errors) = SslProgram.Run("data", "pack", "fashion-mnist", pack);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "8,000 images");
        var packed = new SslFramework.Engine.Data.Archives.PackSource(new() { Path = pack, Channels = 1 });
        Assert.AreEqual((8000, 10), (packed.Count, packed.Classes.Count));
    }

    [TestMethod]
    public void Pack_GreyWithoutASize_IsAUsageError()
    {
        var (code, _, errors) = SslProgram.Run("data", "pack", images, Path.Combine(folder.Root, "all.pack"), "--grey");
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.StartsWith(errors, "error: --grey is for pixels, and without --size the files are packed as they are; give --size too");
    }

    [TestMethod]
    public void Check_ASheetThatCannotBeWritten_FailsBeforeTheImagesAreRead() =>
        StringAssert.Contains(SslProgram.Run("data", "check", "nope", "--sheet", Path.Combine(folder.Root, "no", "s.png")).Errors, "there is no folder");

    [TestMethod]
    public void Preview_IntoAFile_NamesTheOption()
    {
        var file = Path.Combine(folder.Root, "file");
        folder.Write("file", [1]);
        var (code, _, errors) = SslProgram.Run("preview", Repository.Experiment("quickstart.json"), "--output", file);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "is a file; name another folder with --output");
    }

    [TestMethod]
    public void Check_WhatIsLeftOut_IsToldThereAndWhereTrainingStarts()
    {
        folder.Write("images/0/x.heic", [1]);
        folder.Write("images/1/y.heic", [1]);
        const string sentence = "2 files of other kinds were left out (2 .heic)";
        StringAssert.Contains(SslProgram.Run("data", "check", images, "--sheet", Sheet).Output, sentence);
        var check = JsonNode.Parse(SslProgram.Run("data", "check", images, "--sheet", Sheet, "--force", "--json").Output)!;
        StringAssert.Contains((string?)check["notes"]![0], sentence);
        StringAssert.Contains(SslProgram.Run("data", "pack", images, Path.Combine(folder.Root, "all.pack")).Errors, sentence);
        var trained = SslProgram.Run(
            "train", Repository.Experiment("quickstart.json"), "--runs", folder.Root, "--steps", "1", "--set", "data=imageFolder", "--set", $"data.path={images}", "--set", "data.channels=1",
            "--set", "training.batchSize=4", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1,1]", "--set", "threads=1", "--set", "name=run", "--set", "evaluation=null");
        StringAssert.Contains(trained.Errors, sentence);
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder.Root, "run", "journal.md")), sentence);
    }

    [TestMethod]
    public void Check_TwelveBitsInSixteen_AreNotBlackAndTellTheirWindow()
    {
        var xray = new TiffFixtures(20, 30, 1, 16) { Compression = 5, Value = (y, x, _) => ((y * 30) + x) * 4095 / 599 };
        folder.Write("scans/a.tif", xray.File());
        folder.Write("scans/b.tiff", (xray with { Value = (y, x, _) => y * 100 }).File());
        var scans = Path.Combine(folder.Root, "scans");
        var (code, output, errors) = SslProgram.Run("data", "check", scans, "--sheet", Sheet, "--set", "data.channels=1", "--statistics");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "images of 16 bits  2, with values up to 4095: 0 to 4095 become black to white, which --set data.window=[low,high] changes");
        StringAssert.Contains(output, "values of 2 images of 16 bits");
        StringAssert.Contains(output, "\"data\": { \"channels\": 1, \"depth\": 16, \"window\": [0, 4088] }");
        using var sheet = SKBitmap.Decode(Sheet);
        Assert.IsTrue(sheet.Pixels.Any(pixel => pixel.Red is > 100 and < 140), "mid-gray is shown");

        (_, output, _) = SslProgram.Run("data", "check", scans, "--sheet", Sheet, "--force", "--set", "data.channels=1", "--set", "data.window=[0,1000]");
        StringAssert.Contains(output, "0 to 1000 become black to white (in 2 of them, values above become white)");
        StringAssert.Contains(SslProgram.Run("data", "check", scans, "--sheet", Sheet, "--force", "--set", "data.window=[9,3]").Errors, "\"window\" must be two numbers");
    }

    [TestMethod]
    public void Check_ARootOfTrainAndVal_SaysWhichPartItLooksAt()
    {
        folder.Write("root/train/a/1.jpg", ImageFixtures.Jpeg(8, 8));
        folder.Write("root/val/a/2.jpg", ImageFixtures.Jpeg(8, 8));
        var root = Path.Combine(folder.Root, "root");
        StringAssert.Contains(SslProgram.Run("data", "check", root, "--sheet", Sheet).Output, $"those of '{Path.Combine(root, "val")}' are kept to measure on");
    }

    [TestMethod]
    public void Check_OptionsOfTheSource_AreThoseOfTraining()
    {
        var refused = SslProgram.Run("data", "check", images, "--sheet", Sheet, "--set", "data.maximumPixels=100");
        StringAssert.Contains(refused.Output, "\"maximumPixels\"; raise that option");
        Assert.AreEqual(0, SslProgram.Run("data", "pack", images, Path.Combine(folder.Root, "a.pack"), "--size", "8").ExitCode);
        StringAssert.Contains(SslProgram.Run("data", "check", images, "--sheet", Sheet, "--force", "--set", "data.alfa=drop").Errors, "--set data.alfa=drop: unknown key \"alfa\"; known: alpha");
        StringAssert.Contains(SslProgram.Run("data", "check", images, "--sheet", Sheet, "--force", "--set", "training.epochs=1").Errors, "--set training.epochs=1 is no option of a data source");
    }

    [TestMethod]
    [DataRow("photos.zip", "PK\u0003\u0004", "is a zip archive; unpack it, or make a tar of what is in it.")]
    [DataRow("one.gif", "GIF89a", "is one picture; name the folder that it lies in.")]
    public void Check_AFileOfAnotherKind_SaysWhatItIs(string name, string content, string sentence) =>
        StringAssert.Contains(SslProgram.Run("data", "check", folder.Write(name, System.Text.Encoding.Latin1.GetBytes(content)), "--sheet", Sheet).Errors, $"{name}' {sentence}");

    [TestMethod]
    public void Check_NothingThere_IsOneSentence()
    {
        var (code, _, errors) = SslProgram.Run("data", "check", Path.Combine(folder.Root, "none"), "--sheet", Sheet);
        Assert.AreEqual((int)ExitCode.Data, code);
        StringAssert.Contains(errors, "There are no images at");
    }

    [TestMethod]
    [DataRow("simclr-fashion-mnist.json")]
    [DataRow("moco-v3-fashion-mnist.json")]
    [DataRow("mae-fashion-mnist.json")]
    [DataRow("exemplar-fashion-mnist.json")]
    public void Preview_ShippedExperiment_DrawsItsViewsAndWhatTheMethodDoesWithThem(string experiment)
    {
        var (code, output, errors) = SslProgram.Run("preview", Repository.Experiment(experiment), "--output", folder.Root, "--count", "2", "--set", "threads=1");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "histograms.png");
        using var views = SKBitmap.Decode(Path.Combine(folder.Root, "views.png"));
        using var method = SKBitmap.Decode(Path.Combine(folder.Root, "method.png"));
        using var histograms = SKBitmap.Decode(Path.Combine(folder.Root, "histograms.png"));
        Assert.IsTrue(views.Width > 300 && new[] { views, method, histograms }.All(picture => picture.Pixels.Distinct().Count() > 20));
        StringAssert.Contains(output, "by a network with random weights");
    }

    [TestMethod]
    public void Preview_OfARun_IsByItsNetwork()
    {
        string[] small = ["--set", "data.take=64", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32", "--set", "threads=1", "--set", "name=run"];
        Assert.AreEqual(0, SslProgram.Run(["train", Repository.Experiment("quickstart.json"), "--runs", folder.Root, "--steps", "3", "--no-report", .. small]).ExitCode);
        var (code, output, errors) = SslProgram.Run("preview", Path.Combine(folder.Root, "run"), "--output", folder.Root, "--count", "2");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "run after 3 steps.");

        (code, _, errors) = SslProgram.Run("preview", Path.Combine(folder.Root, "run"), "--output", folder.Root);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "views.png' exists; --force puts the pictures in its place.");
    }
}
