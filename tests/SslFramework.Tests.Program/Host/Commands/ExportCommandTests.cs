using System.Diagnostics;
using System.Text.RegularExpressions;
using SslFramework.Core.Weights;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class ExportCommandTests
{
    private readonly string runs = Directory.CreateTempSubdirectory("ssl-export").FullName;

    [TestCleanup]
    public void DeleteRuns() => Directory.Delete(runs, recursive: true);

    [TestMethod]
    public void Export_ARunAndItsCheckpoint_WritesTheSameWeightsWithOnnxAndACard()
    {
        var (code, _, errors) = SslProgram.Run(
            "train", Repository.Experiment("simclr-fashion-mnist.json"), "--runs", runs, "--set", "name=run", "--set", "data.take=64",
            "--set", "evaluation.test.skip=9960", "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "training.batchSize=32",
            "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32", "--set", "evaluation.evaluators=[\"knn\"]");
        Assert.AreEqual(0, code, errors);

        var run = Path.Combine(runs, "run");
        (code, _, errors) = SslProgram.Run("export", run);
        Assert.AreEqual(0, code, errors);
        var checkpoint = Directory.GetDirectories(Path.Combine(run, "checkpoints"), "step-*").Max()!;
        (code, _, errors) = SslProgram.Run("export", checkpoint, "--output", Path.Combine(runs, "again"), "--no-onnx");
        Assert.AreEqual(0, code, errors);

        var card = File.ReadAllText(Path.Combine(run, "export", "README.md"));
        foreach (var part in new[] { "# run", "resnet18", "simclr", "| measure | layer | trained | random-init | raw-pixels |", "| knn top-1 (k=20) | features | ", "\"normalize\"", "onnxruntime", "SafeTensors.Read", "Licence", "\"temperature\"" })
        {
            StringAssert.Contains(card, part);
        }

        Assert.DoesNotContain(Repository.Root, card, "no folder of this machine");
        BuildCode(card, Path.Combine(run, "export"));
        CollectionAssert.AreEqual(
            File.ReadAllBytes(Path.Combine(run, "backbone.safetensors")), File.ReadAllBytes(Path.Combine(runs, "again", "backbone.safetensors")));
        Assert.IsTrue(File.Exists(Path.Combine(run, "export", "backbone.onnx")));
        Assert.IsFalse(File.Exists(Path.Combine(runs, "again", "backbone.onnx")));

        (code, _, errors) = SslProgram.Run("import", Path.Combine(run, "export", "backbone.safetensors"), "--output", Path.Combine(runs, "imported.safetensors"));
        Assert.AreEqual(0, code, errors);
        using var imported = SafeTensors.Read(Path.Combine(runs, "imported.safetensors"));
        Assert.IsTrue(imported.Tensors.ContainsKey("conv1.weight"));
        StringAssert.Contains(SslProgram.Run("import", run, "--output", Path.Combine(runs, "y")).Errors, "is a folder; name a file of weights in it, such as");
        Assert.AreEqual((int)ExitCode.Usage, SslProgram.Run("import", "x", "--as", "strange", "--output", "y").ExitCode);
    }

    /// <summary>The card's C# compiles as a program of its own.</summary>
    private static void BuildCode(string card, string folder)
    {
        var code = Regex.Match(card, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        StringAssert.Contains(code, "new ResNet18(new() { Stem = ResNetStem.Small, BlocksPerStage = [1], Width = 4 }, new DataInfo(Count: 1, Channels: 1))");
        var project = Directory.CreateDirectory(Path.Combine(folder, "code")).FullName;
        File.WriteAllText(Path.Combine(project, "Program.cs"), code);
        File.WriteAllText(Path.Combine(project, "Code.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup><Reference Include="{Repository.HostFolder}/SslFramework.*.dll;{Repository.HostFolder}/TorchSharp.dll" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Directory.Build.props"), "<Project />");
        var start = new ProcessStartInfo("dotnet", ["build", "-c", "Release", "-o", "out"]) { WorkingDirectory = project, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        Assert.AreEqual(0, build.ExitCode, output);
    }

    /// <summary>A backbone in whose options another one stands.</summary>
    [TestMethod]
    public void Export_ABackboneOfTwoNetworks_WritesBothAndACard_AndIsEvaluated()
    {
        const string Backbone = """
            {"name": "color-streams", "space": "laplacian", "half": {"name": "resnet18", "stem": "small", "width": 4, "blocksPerStage": [1]}}
            """;
        var (code, _, errors) = SslProgram.Run(
            "train", Repository.Experiment("simclr-fashion-mnist.json"), "--runs", runs, "--set", "name=run", "--set", "data.take=64",
            "--set", "evaluation.test.skip=9960", "--set", $"backbone={Backbone.Trim()}", "--set", "training.batchSize=32",
            "--set", "training.epochs=1", "--set", "threads=1", "--set", "precision=fp32", "--set", "evaluation.evaluators=[\"knn\"]");
        Assert.AreEqual(0, code, errors);

        var run = Path.Combine(runs, "run");
        (code, _, errors) = SslProgram.Run("export", run);
        Assert.AreEqual(0, code, errors);
        var card = File.ReadAllText(Path.Combine(run, "export", "README.md"));
        StringAssert.Contains(card, "new ColorStreams(new() { Half = /* resnet18 */, Space = StreamSpace.Laplacian }, /* IComponentFactory */, ");
        using var weights = SafeTensors.Read(Path.Combine(run, "export", "backbone.safetensors"));
        Assert.IsTrue(weights.Tensors.ContainsKey("first.conv1.weight") && weights.Tensors.ContainsKey("second.conv1.weight"));
        Assert.IsFalse(File.Exists(Path.Combine(run, "export", "backbone.onnx")));

        (code, _, errors) = SslProgram.Run("evaluate", run, "--force");
        Assert.AreEqual(0, code, errors);
    }

    [TestMethod]
    public void Export_WhatIsNoRun_SaysWhatIsNeeded()
    {
        var (code, _, errors) = SslProgram.Run("export", runs);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.Contains(errors, "holds no weights");
    }
}
