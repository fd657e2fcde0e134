using SkiaSharp;
using SslFramework.Core.Weights;
using TorchSharp;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> Files => MethodFiles.Names;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Import_AMethodsFile_SaysItsLayoutAndTheBackbone(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = MethodFiles.Make(name);
        var (weights, output) = (Path.Combine(folder.Root, "x.pth"), Path.Combine(folder.Root, "x.safetensors"));
        PickleWriter.WriteArchive(weights, file.Root);

        var (code, result, errors) = SslProgram.Run("import", weights, "--output", output);

        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, $"the layout {file.Layout}" + (file.Prefix.Length == 0 ? "," : $" behind '{file.Prefix}'"));
        Assert.AreEqual(file.Json.Contains("\"heads\":1", StringComparison.Ordinal), errors.Contains("1 are taken", StringComparison.Ordinal), "heads that weights do not tell");
        StringAssert.Contains(result, $"use it with --backbone '{file.Json}'");
        using var read = SafeTensors.Read(output);
        Assert.IsFalse(read.Tensors.Keys.Any(key => key.Contains("head", StringComparison.Ordinal) || key.Contains("mask", StringComparison.Ordinal)));
    }

    /// <summary>The backbone that import names is one that an experiment can name, and the file itself needs no import.</summary>
    [TestMethod]
    [DataRow("DINOv2, in training")]
    [DataRow("DINOv2, with registers")]
    [DataRow("BEiT, with positions of each block")]
    [DataRow("I-JEPA")]
    [DataRow("BYOL, Lightly's")]
    public void Embed_AMethodsFileOrWhatImportWrote_TakesTheBackboneThatImportSays(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = MethodFiles.Make(name);
        var (weights, output) = (Path.Combine(folder.Root, "x.pth"), Path.Combine(folder.Root, "x.safetensors"));
        PickleWriter.WriteArchive(weights, file.Root);
        using var bitmap = new SKBitmap(24, 24);
        bitmap.Erase(SKColors.DarkGreen);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        folder.Write(Path.Combine("photos", "a", "0.png"), png.ToArray());
        Assert.AreEqual(0, SslProgram.Run("import", weights, "--output", output).ExitCode);

        byte[][] features = [.. new[] { weights, output }.Select(source =>
        {
            var rows = Path.ChangeExtension(source, ".npy");
            var (code, _, errors) = SslProgram.Run(
                "embed", source, "--backbone", file.Json, "--data", Path.Combine(folder.Root, "photos"), "--output", rows, "--overwrite",
                "--transform", """{"name":"recipe","views":[{"steps":[{"name":"resize","height":24,"width":24},{"name":"normalize","mean":[0.5],"std":[0.5]}]}]}""");
            Assert.AreEqual(0, code, errors);
            return File.ReadAllBytes(rows);
        })];

        CollectionAssert.AreEqual(features[0], features[1]);
        StringAssert.Contains(
            SslProgram.Run("embed", weights, "--data", Path.Combine(folder.Root, "photos"), "--output", Path.Combine(folder.Root, "y.npy")).Errors,
            $"name it with --backbone '{file.Json}', which they look like");
    }
}
