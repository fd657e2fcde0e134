using System.Diagnostics;
using System.Text.RegularExpressions;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests;

/// <summary>What the README tells a newcomer to type works as it stands.</summary>
[TestClass]
internal partial class ReadmeTests
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

    /// <summary>Of each experiment on the images that ship: in its own words, in the table of all, and in its method's README.</summary>
    [TestMethod]
    public void Numbers_OfTheShippedExperiments_AreTheSameEverywhere()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var methods = string.Concat(Repository.Files("plugins", "README.md").Select(page => File.ReadAllText(Path.Combine(Repository.Root, page))));
        foreach (var experiment in Directory.GetFiles(Path.GetDirectoryName(Repository.Experiment("quickstart.json"))!, "*fashion-mnist.json").Append(Repository.Experiment("quickstart.json")))
        {
            var name = Path.GetFileNameWithoutExtension(experiment);
            var numbers = Expected().Match(File.ReadAllText(experiment));
            Assert.IsTrue(numbers.Success, name);
            var (seconds, probe, knn) = (numbers.Groups[1].Value, numbers.Groups[2].Value, numbers.Groups[3].Value);
            StringAssert.Matches(table, new($@"\| {name} \| {seconds} \| (\*\*)?{probe}.* \| (\*\*)?{knn}"), name);
            StringAssert.Matches(methods, new($@"\| `{name}`, {seconds} s.* \| {probe} %.* \| {knn} % \|"), name);
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

    [GeneratedRegex(@"(\d+) s of training.* Linear probe .*?([\d.]+) %.*, kNN ([\d.]+) %")]
    private static partial Regex Expected();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)\)")]
    private static partial Regex Link();
}
