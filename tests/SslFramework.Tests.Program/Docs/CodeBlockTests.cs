using System.Diagnostics;
using System.Reflection;
using SslFramework.Testing;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Docs;

/// <summary>The code of the pages builds outside of the repository as a reader would build it, and trains.</summary>
[TestClass]
public class CodeBlockTests
{
    private static readonly Page Plugins = new("docs/plugins.md");

    private readonly string folder = Directory.CreateTempSubdirectory("ssl-docs").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Method_OfTheReadme_BuildsAgainstACloneAndTrains()
    {
        Write("SpectralContrast/SpectralContrastObjective.cs", new Page("README.md").FileOf("SpectralContrast/SpectralContrastObjective.cs"));
        Write("SpectralContrast/SpectralContrastPlugin.cs", Plugins.FileOf("SpectralContrastPlugin.cs"));
        Write("SpectralContrast/SpectralContrast.csproj", Plugins.FileOf("SpectralContrast.csproj"));
        StringAssert.Contains(Plugins.Text, "dotnet publish SpectralContrast.csproj -c Release -p:SslFramework=");
        Publish("SpectralContrast");
        KeepsItsContract("SpectralContrast");
        TrainTwoSteps("spectral-contrast on resnet18", "objective=spectral-contrast", "backbone.width=4", "backbone.blocksPerStage=[1]");
    }

    [TestMethod]
    public void Backbone_OfThePageOfPlugins_BuildsAndTrains()
    {
        Assert.AreEqual(OfTheSample("MyBackbone.cs"), Plugins.FileOf("ConvMixer/ConvMixer.cs"));
        Write("ConvMixer/ConvMixer.cs", Plugins.FileOf("ConvMixer/ConvMixer.cs"));
        Write("ConvMixer/ConvMixerPlugin.cs", OfTheSample("MyBackbonePlugin.cs"));
        Write("ConvMixer/ConvMixer.csproj", Plugins.FileOf("SpectralContrast.csproj"));
        Publish("ConvMixer");
        TrainTwoSteps("simclr on conv-mixer", "backbone=conv-mixer", "backbone.width=4", "backbone.depth=1");
    }

    /// <summary>All of them, against the assemblies of the tests; each names its file, so that none is left out.</summary>
    [TestMethod]
    public void Blocks_OfCSharp_Compile()
    {
        foreach (var page in Page.Documentation)
        {
            foreach (var (_, file, code) in page.Blocks.Where(block => block.Language == "csharp"))
            {
                StringAssert.EndsWith(file, ".cs", $"{page.Path}: name the file in a line of its own before\n{code}");
                Write(file, code);
            }
        }

        string[] assemblies =
        [
            "TorchSharp", "SslFramework.Abstractions", "SslFramework.Core", "SslFramework.Testing",
            "Microsoft.Extensions.DependencyInjection.Abstractions", "MSTest.TestFramework",
        ];
        Write("Blocks.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{string.Join(';', assemblies.Select(name => Path.Combine(AppContext.BaseDirectory, name + ".dll")))}" />
                <Using Include="SslFramework;SslFramework.Core.Objectives;SslFramework.Core.Tensors;TorchSharp" />
                <Using Include="TorchSharp.torch" Static="true" />
              </ItemGroup>
            </Project>
            """);
        Dotnet("build", "Blocks.csproj", "-c", "Release");
    }

    /// <summary>A file of the sample, as <c>ssl new plugin ConvMixer --kind backbone</c> writes it.</summary>
    private static string OfTheSample(string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "docs/samples/backbone/MyBackbone", file))
            .Replace("MyBackbone", "ConvMixer", StringComparison.Ordinal)
            .Replace("my-backbone", "conv-mixer", StringComparison.Ordinal);

    private void TrainTwoSteps(string starts, params string[] settings)
    {
        string[] small = ["name=small", "data.take=64", "training.batchSize=16", "precision=fp32"];
        var (code, _, errors) = SslProgram.Run(
        [
            "train", Repository.Experiment("simclr-fashion-mnist.json"),
            "--plugins", Path.Combine(folder, "my-plugins"), "--runs", folder, "--steps", "2",
            .. settings.Concat(small).SelectMany(setting => new[] { "--set", setting }),
        ]);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, starts);
        StringAssert.Contains(errors, "Stopped after step 2");
    }

    /// <summary>What the test of the reader's own plugin looks at.</summary>
    private void KeepsItsContract(string plugin)
    {
        var assembly = Assembly.LoadFrom(Path.Combine(folder, "my-plugins", plugin, $"{plugin}.dll"));
        var (objective, options) = (assembly.GetType($"{plugin}.{plugin}Objective")!, assembly.GetType($"{plugin}.{plugin}Options")!);
        var backbones = new TestBackbones(() => new TestBackbone(channels: 3));
        new ObjectiveContract(
            () => (IPretextObjective)Activator.CreateInstance(objective, Activator.CreateInstance(options), backbones)!,
            views: 2,
            new ViewShape(3, 16, 16)).Verify();
    }

    private void Publish(string plugin) => Dotnet(
        "publish", $"{plugin}/{plugin}.csproj", "-c", "Release", $"-p:SslFramework={Repository.Root}", "-o", $"my-plugins/{plugin}");

    private void Write(string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
    }
}
