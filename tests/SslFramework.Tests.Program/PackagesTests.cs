using System.Diagnostics;
using System.Text.Json.Nodes;
using SslFramework.Tests.Docs;

namespace SslFramework.Tests;

/// <summary>
/// The walks through docs/plugins.md, from the packed packages, in an empty folder far from the repository: more than a minute, so
/// asked for by SSL_PACKAGES=1.
/// </summary>
[TestClass]
public class PackagesTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-packages").FullName;

    private string Feed => Path.Combine(folder, "packages");

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Packages_InAnEmptyFolder_TakeAPluginFromNothingToAnEvaluatedRun()
    {
        SkipUnlessAsked();
        var ssl = Install();
        foreach (var package in new[] { "Abstractions", "Core", "Testing" })
        {
            Assert.HasCount(1, Directory.GetFiles(Feed, $"SslFramework.{package}.*.snupkg"));
        }

        Run(folder, ssl, "new", "plugin", "Dcl", "--feed", Feed);
        var plugin = Path.Combine(folder, "Dcl");
        SameAsDotnetNew(Feed, plugin);
        Run(plugin, "dotnet", "test", "-c", "Release");
        var torchSharp = Directory.GetFiles(Path.Combine(plugin, "Dcl.Tests", "bin"), "TorchSharp.dll", SearchOption.AllDirectories).Single();
        Assert.IsTrue(File.ReadAllBytes(torchSharp).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.HostFolder, "TorchSharp.dll"))), "mended");

        var page = new Page("docs/plugins.md");
        var objective = page.FileOf("Dcl/DclObjective.cs");
        Assert.IsLessThan(80, objective.Split('\n').Length);
        File.WriteAllText(Path.Combine(plugin, "Dcl", "DclObjective.cs"), objective);
        Run(plugin, "dotnet", "test", "-c", "Release");
        Run(plugin, "dotnet", "publish", "Dcl", "-c", "Release", "-o", "plugins/Dcl");

        // Shorter than on the page, in the same words.
        Run(
            plugin, ssl, "train", "dcl", "--data", "fashion-mnist", "--plugins", "plugins", "--set", "threads=1", "--set", "precision=fp32",
            "--set", "training.epochs=1", "--set", "monitor.every=1", "--set", "data.take=640", "--set", "evaluation.test.take=200", "--set", "evaluation.evaluators=[\"knn\"]");
        var run = Path.Combine(plugin, "runs", "dcl-fashion-mnist");
        Assert.AreEqual("completed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["status"]);
        StringAssert.Contains(File.ReadAllText(Path.Combine(run, "evaluation.json")), "knn");
        StringAssert.Contains(Run(plugin, ssl, "compare", run, "--markdown"), "dcl-fashion-mnist");
        TakeABackbone(ssl, Feed);
    }

    /// <summary>A plugin of another kind, under a method that comes with the program.</summary>
    private void TakeABackbone(string ssl, string feed)
    {
        Run(folder, ssl, "new", "plugin", "ConvMixer", "--kind", "backbone", "--feed", feed);
        var plugin = Path.Combine(folder, "ConvMixer");
        Run(plugin, "dotnet", "test", "-c", "Release");
        Run(plugin, "dotnet", "publish", "ConvMixer", "-c", "Release", "-o", "plugins/ConvMixer");
        StringAssert.Contains(Run(plugin, ssl, "components", "conv-mixer", "--plugins", "plugins"), "conv-mixer");
        Run(
            plugin, ssl, "train", "simclr", "--data", "fashion-mnist", "--plugins", "plugins", "--set", "backbone=conv-mixer",
            "--set", "name=conv-mixer", "--set", "threads=1", "--steps", "2");
    }

    [TestMethod]
    [DataRow("backbone")]
    [DataRow("evaluator")]
    [DataRow("step")]
    [DataRow("optimizer")]
    [DataRow("schedule")]
    [DataRow("source")]
    public void Packages_APluginOfAnotherKind_BuildsPassesAndTrains(string kind)
    {
        SkipUnlessAsked();
        var ssl = Install();
        Run(folder, ssl, "new", "plugin", "Other", "--kind", kind, "--feed", Feed);
        var plugin = Path.Combine(folder, "Other");
        Run(plugin, "dotnet", "test", "-c", "Release");
        Run(plugin, "dotnet", "publish", "Other", "-c", "Release", "-o", "plugins/Other");
        string[] images = kind == "source" ? ["--set", $"data.path={List(plugin)}", "--set", "training.batchSize=4"] : [];
        string[] training = ["train", "Other/experiments/other.json", "--plugins", "plugins", "--set", "threads=1", "--set", "precision=fp32", "--set", "training.epochs=1"];
        Run(plugin, ssl, [.. training, .. images]);
        Assert.AreEqual("completed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(plugin, "runs", "other", "run.json")))!["status"]);
    }

    /// <summary>Eight of the repository's pictures as a list of images.</summary>
    private static string List(string plugin)
    {
        var pictures = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var list = Path.Combine(plugin, "images.csv");
        File.WriteAllLines(list, Enumerable.Range(0, 8).Select(_ => pictures));
        return list;
    }

    private void SameAsDotnetNew(string feed, string plugin)
    {
        Run(folder, "dotnet", "new", "install", Directory.GetFiles(feed, "SslFramework.Templates.*.nupkg").Single());
        Run(folder, "dotnet", "new", "ssl-method", "-n", "Dcl", "-o", "templated");
        var templated = Path.Combine(folder, "templated");
        foreach (var file in Directory.EnumerateFiles(plugin, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "nuget.config"))
        {
            var other = Path.Combine(templated, Path.GetRelativePath(plugin, file));
            Assert.AreEqual(File.ReadAllText(file).TrimEnd(), File.ReadAllText(other).TrimEnd(), other);
        }
    }

    private static void SkipUnlessAsked()
    {
        if (Environment.GetEnvironmentVariable("SSL_PACKAGES") != "1")
        {
            Assert.Inconclusive("SKIPPED: packing, installing and using the packages takes more than a minute; set SSL_PACKAGES=1 to do it.");
        }
    }

    /// <summary>Packs what is built, and installs the program from it.</summary>
    private string Install()
    {
        Run(Repository.Root, "dotnet", "pack", "SslFramework.sln", "--no-build", "-c", "Release", "-o", Feed, "-v", "q");
        Run(folder, "dotnet", "tool", "install", "SslFramework.Tool", "--tool-path", "tools", "--add-source", Feed);
        return Path.Combine(folder, "tools", "ssl");
    }

    private string Run(string where, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = where, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_HOME"] = Path.Combine(folder, "home"); // templates are installed there, and the user's stay as they are
        if (where != Repository.Root)
        {
            start.Environment["NUGET_PACKAGES"] = OwnPackages();
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>A package folder of its own, so that an earlier build of the same version is not taken; with links to what was downloaded before.</summary>
    private string OwnPackages()
    {
        var own = Path.Combine(folder, "nuget");
        if (!Directory.Exists(own))
        {
            Directory.CreateDirectory(own);
            var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            foreach (var package in Directory.EnumerateDirectories(known).Where(package => !Path.GetFileName(package).StartsWith("sslframework", StringComparison.Ordinal)))
            {
                Directory.CreateSymbolicLink(Path.Combine(own, Path.GetFileName(package)), package);
            }
        }

        return own;
    }
}
