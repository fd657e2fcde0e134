using System.Diagnostics;
using System.Text.RegularExpressions;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests;

/// <summary>What the README tells a newcomer to type works as it stands.</summary>
[TestClass]
public partial class ReadmeTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-readme").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Plugin_Example_BuildsOutsideOfTheRepositoryAndTrains()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        foreach (var file in new[] { "BarlowTwins.csproj", "BarlowTwins.cs" })
        {
            var block = Regex.Match(readme, $"`{Regex.Escape(file)}`\\s+```\\w+\n(.*?)```", RegexOptions.Singleline);
            Assert.IsTrue(block.Success, file);
            File.WriteAllText(Path.Combine(folder, file), block.Groups[1].Value);
        }

        StringAssert.Contains(readme, "dotnet publish BarlowTwins.csproj -c Release -p:SslFramework=");
        Dotnet("publish", "BarlowTwins.csproj", "-c", "Release", $"-p:SslFramework={Repository.Root}", "-o", "my-plugins/BarlowTwins");

        var (code, _, errors) = SslProgram.Run(
            "train", Repository.Experiment("simclr-fashion-mnist.json"), "--plugins", Path.Combine(folder, "my-plugins"), "--runs", folder,
            "--set", "objective=barlow-twins", "--set", "name=barlow-twins", "--set", "data.take=64", "--set", "training.batchSize=16",
            "--set", "backbone.width=4", "--set", "backbone.blocksPerStage=[1]", "--set", "precision=fp32", "--steps", "2");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "barlow-twins on resnet18");
        StringAssert.Contains(errors, "Stopped after step 2");
    }

    [TestMethod]
    public void Links_ToFiles_Exist()
    {
        foreach (var page in Repository.Files(".", "README.md").Where(p => !p.StartsWith("artifacts", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, page));
            foreach (Match link in Link().Matches(text))
            {
                var target = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, link.Groups[1].Value);
                Assert.IsTrue(Path.Exists(target), $"{page}: {link.Value}");
            }
        }
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

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)\)")]
    private static partial Regex Link();
}
