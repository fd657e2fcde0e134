using System.Text;
using SkiaSharp;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public sealed class EmbedCommandTests : IDisposable
{
    /// <summary>The run's own leaves sizes as they are, which is right for images of one size alone.</summary>
    private static readonly string[] Transform =
        ["--transform", "{\"name\":\"recipe\",\"views\":[{\"steps\":[{\"name\":\"resize\",\"height\":28,\"width\":28},{\"name\":\"normalize\",\"mean\":[0.286],\"std\":[0.353]}]}]}"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Embed_AFolder_WritesARowForEachImageInTheOrderOfTheList()
    {
        var run = Trained();
        WriteImages();
        var (features, lines) = Embed(run, "--json");
        Assert.AreEqual("(4, 8)", features.Shape);
        CollectionAssert.AreEqual(new[] { "row,image,class,problem", "0,\"a,b/0.png\",\"a,b\",", "1,\"a,b/1.png\",\"a,b\",", "2,c/0.png,c,", "3,c/1.png,c," }, lines);

        // Images 0 and 2 are alike, 1 and 3 are alike.
        CollectionAssert.AreEqual(features.Row(0), features.Row(2));
        CollectionAssert.AreEqual(features.Row(1), features.Row(3));
        CollectionAssert.AreNotEqual(features.Row(0), features.Row(1));

        var (layer, _) = Embed(run, "--layer", "layer1");
        Assert.AreEqual("(4, 4)", layer.Shape);
        Assert.IsTrue(features.Row(0).Concat(layer.Row(0)).All(float.IsFinite));
    }

    [TestMethod]
    public void Embed_AnExportAndItsWeightsAlone_GiveTheRunsFeatures()
    {
        var run = Trained();
        WriteImages();
        var features = Embed(run).Features.Values;
        var checkpoint = Directory.GetDirectories(Path.Combine(run, "checkpoints"), "step-*").Max()!;
        var export = Path.Combine(folder.Root, "export");
        var (code, _, errors) = SslProgram.Run("export", checkpoint, "--output", export, "--no-onnx");
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("export", run, "--output", export).ExitCode, "exists already");

        var alone = Path.Combine(folder.Root, "alone.safetensors");
        File.Copy(Path.Combine(export, "backbone.safetensors"), alone);
        var refused = SslProgram.Run("embed", alone, "--data", Path.Combine(folder.Root, "photos"), "--output", Path.Combine(folder.Root, "f.npy"));
        StringAssert.Contains(refused.Errors, "name it with --backbone '{\"name\":\"resnet18\"");
        foreach (var (target, more) in new[] { (checkpoint, ""), (export, ""), (Path.Combine(run, "backbone.safetensors"), ""), (alone, """{"name":"resnet18","stem":"small","width":4,"blocksPerStage":[1,1]}""") })
        {
            CollectionAssert.AreEqual(features, (more.Length == 0 ? Embed(target) : Embed(target, "--backbone", more)).Features.Values, target);
        }
    }

    [TestMethod]
    public void Embed_ImagesThatTheRunsTransformDoesNotFit_NamesOneThatDoes()
    {
        var run = Trained();
        WriteImages();
        string[] command = ["embed", run, "--data", Path.Combine(folder.Root, "photos"), "--output", Path.Combine(folder.Root, "e.npy")];
        var refused = SslProgram.Run(command).Errors;
        StringAssert.Contains(refused, "--transform '{\"name\":\"recipe\",\"views\":[{\"steps\":[{\"name\":\"resize\",\"height\":28,\"width\":28},{\"name\":\"normalize\",\"mean\":[0.286]");
        var (code, _, errors) = SslProgram.Run([.. command, "--transform", refused.Split('\'')[^2]]);
        Assert.AreEqual(0, code, errors);
    }

    [TestMethod]
    public void Embed_OntoItsOwnListOrOntoFiles_IsRefused()
    {
        StringAssert.Contains(SslProgram.Run("embed", "run", "--data", "photos", "--output", "x.csv").Errors, "end its name in .npy");
        folder.Write("mine.csv", [1]);
        var (code, _, errors) = SslProgram.Run("embed", "run", "--data", "photos", "--output", Path.Combine(folder.Root, "mine.npy"));
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "mine.csv' exists; --force");
    }

    [TestMethod]
    public void Embed_ImagesThatCannotBeUsed_HaveRowsOfNaNAndTheReason()
    {
        var run = Trained();
        WriteImages();
        var whole = Embed(run).Features;
        folder.Write(Path.Combine("photos", "c", "1.png"), "no image"u8.ToArray());
        var (features, lines) = Embed(run);
        Assert.AreEqual("(4, 8)", features.Shape);
        Assert.IsTrue(features.Row(3).All(float.IsNaN));
        CollectionAssert.AreEqual(whole.Values[..24], features.Values[..24]);
        StringAssert.Contains(lines[4], "not a JPEG");
        CollectionAssert.AreEqual(features.Values, Embed(run, "--layer", "features").Features.Values);

        Array.ForEach(Directory.GetFiles(Path.Combine(folder.Root, "photos"), "*", SearchOption.AllDirectories), file => File.WriteAllBytes(file, [1]));
        var (code, _, errors) = SslProgram.Run("embed", run, "--data", Path.Combine(folder.Root, "photos"), "--output", Path.Combine(folder.Root, "n.npy"), Transform[0], Transform[1]);
        Assert.AreEqual((int)ExitCode.Data, code, errors);
        StringAssert.Contains(errors, "None of the 4 images can be used");
    }

    [TestMethod]
    public void Embed_WhatIsNotThere_IsSaid()
    {
        var run = Trained();
        WriteImages();
        var photos = Path.Combine(folder.Root, "photos");
        StringAssert.Contains(SslProgram.Run("embed", run, "--data", photos, "--layer", "layer9", "--output", Path.Combine(folder.Root, "f.npy"), Transform[0], Transform[1]).Errors, "has no layer \"layer9\"");
        StringAssert.Contains(SslProgram.Run("embed", run, "--data", photos, "--layer", "feature", "--output", Path.Combine(folder.Root, "f.npy"), Transform[0], Transform[1]).Errors, "\"features\"");
        StringAssert.Contains(SslProgram.Run("embed", photos, "--data", photos, "--output", Path.Combine(folder.Root, "f.npy")).Errors, "holds no weights");
        StringAssert.Contains(SslProgram.Run("embed", run, "--data", photos + "-", "--output", Path.Combine(folder.Root, "f.npy")).Errors, "There are no images at");
    }

    [TestMethod]
    public void EmbedAndImport_WeightsOfTwoBackbones_NameTheOther()
    {
        var weights = Path.Combine(folder.Root, "dino.safetensors");
        using (var backbone = new ResNet18(new() { Width = 4, BlocksPerStage = [1, 1], Stem = ResNetStem.Small }, new DataInfo(1, 1)))
        {
            var state = StateDict.Of(backbone);
            var teacher = state.Select(pair => KeyValuePair.Create("teacher.backbone." + pair.Key, pair.Value));
            var student = state.Select(pair => KeyValuePair.Create("student.module.backbone." + pair.Key, pair.Value));
            SafeTensors.Write(weights, teacher.Concat(student).ToDictionary());
        }

        WriteImages();
        const string Network = """{"name":"resnet18","stem":"small","width":4,"blocksPerStage":[1,1]}""";
        const string Sentence = "The file has more than one backbone; behind 'student.module.backbone.' there is another, which ";
        var (code, _, errors) = SslProgram.Run(
            "embed", weights, "--backbone", Network, "--data", Path.Combine(folder.Root, "photos"),
            "--output", Path.Combine(folder.Root, "e.npy"), Transform[0], Transform[1]);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, Sentence + "'ssl import --prefix' takes.");

        (code, _, errors) = SslProgram.Run("import", weights, "--output", Path.Combine(folder.Root, "teacher.safetensors"));
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, Sentence + "--prefix takes.");
    }

    private string Trained()
    {
        string[] settings =
        [
            "name=tiny", "data.take=64", "evaluation.test.skip=9980", "backbone.width=4", "backbone.blocksPerStage=[1,1]", "training.batchSize=32", "training.epochs=1",
            "threads=1", "precision=fp32", "evaluation.baselines=false", "evaluation.evaluators=[\"knn\"]",
        ];
        var (code, _, errors) = SslProgram.Run(
            ["train", Repository.Experiment("quickstart.json"), "--runs", folder.Root, .. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.AreEqual(0, code, errors);
        return Path.Combine(folder.Root, "tiny");
    }

    private void WriteImages()
    {
        foreach (var place in new[] { "a,b", "c" })
        {
            for (var i = 0; i < 2; i++)
            {
                using var bitmap = new SKBitmap(28, 28);
                bitmap.Erase(i == 0 ? SKColors.White : SKColors.DarkGreen);
                using var png = bitmap.Encode(SKEncodedImageFormat.Png, 90);
                folder.Write(Path.Combine("photos", place, $"{i}.png"), png.ToArray());
            }
        }
    }

    private (Matrix Features, string[] Lines) Embed(string run, params string[] more)
    {
        var output = Path.Combine(folder.Root, "e.npy");
        var (code, _, errors) = SslProgram.Run(["embed", run, "--data", Path.Combine(folder.Root, "photos"), "--output", output, "--overwrite", .. Transform, .. more]);
        Assert.AreEqual(0, code, errors);
        return (Matrix.Read(output), File.ReadAllLines(Path.ChangeExtension(output, ".csv")));
    }

    /// <summary>What NumPy's own description of the format says.</summary>
    private sealed record Matrix(string Shape, int Columns, float[] Values)
    {
        public float[] Row(int row) => Values[(row * Columns)..((row + 1) * Columns)];

        public static Matrix Read(string file)
        {
            var bytes = File.ReadAllBytes(file);
            CollectionAssert.AreEqual(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0 }, bytes[..8]);
            var length = BitConverter.ToUInt16(bytes, 8);
            Assert.AreEqual(0, (10 + length) % 64);
            var header = Encoding.ASCII.GetString(bytes, 10, length);
            Assert.EndsWith("\n", header);
            StringAssert.Contains(header, "'descr': '<f4', 'fortran_order': False");
            var shape = header[header.IndexOf('(')..(header.IndexOf(')') + 1)];
            var values = new float[(bytes.Length - 10 - length) / sizeof(float)];
            Buffer.BlockCopy(bytes, 10 + length, values, 0, values.Length * sizeof(float));
            return new(shape, int.Parse(shape.Trim('(', ')').Split(',')[1], System.Globalization.CultureInfo.InvariantCulture), values);
        }
    }
}
