using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SslFramework.Tests;

/// <summary>
/// The README's walk-through, from the packed packages, in an empty folder far from the repository: more than a minute, so asked for
/// by SSL_PACKAGES=1.
/// </summary>
[TestClass]
internal class PackagesTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-packages").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Packages_InAnEmptyFolder_TakeAPluginFromNothingToAnEvaluatedRun()
    {
        if (Environment.GetEnvironmentVariable("SSL_PACKAGES") != "1")
        {
            Assert.Inconclusive("SKIPPED: packing, installing and using the packages takes more than a minute; set SSL_PACKAGES=1 to do it.");
        }

        var feed = Path.Combine(folder, "packages");
        Run(Repository.Root, "dotnet", "pack", "SslFramework.sln", "--no-build", "-c", "Release", "-o", feed, "-v", "q");
        foreach (var package in new[] { "Abstractions", "Core", "Testing" })
        {
            Assert.HasCount(1, Directory.GetFiles(feed, $"SslFramework.{package}.*.snupkg"));
        }

        Run(folder, "dotnet", "tool", "install", "SslFramework.Tool", "--tool-path", "tools", "--add-source", feed);
        var ssl = Path.Combine(folder, "tools", "ssl");
        Run(folder, ssl, "new", "plugin", "Vicreg", "--feed", feed);
        var plugin = Path.Combine(folder, "Vicreg");
        SameAsDotnetNew(feed, plugin);
        Run(plugin, "dotnet", "test", "-c", "Release");
        var torchSharp = Directory.GetFiles(Path.Combine(plugin, "Vicreg.Tests", "bin"), "TorchSharp.dll", SearchOption.AllDirectories).Single();
        Assert.IsTrue(File.ReadAllBytes(torchSharp).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.HostFolder, "TorchSharp.dll"))), "mended");

        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var objective = Regex.Match(readme, "`Vicreg/VicregObjective.cs`\\s+```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.IsLessThan(80, objective.Split('\n').Length);
        File.WriteAllText(Path.Combine(plugin, "Vicreg", "VicregObjective.cs"), objective);
        Run(plugin, "dotnet", "test", "-c", "Release");
        Run(plugin, "dotnet", "publish", "Vicreg", "-c", "Release", "-o", "plugins/Vicreg");

        // Shorter than the README's, in the same words.
        Run(
            plugin, ssl, "train", "vicreg", "--data", "fashion-mnist", "--plugins", "plugins", "--set", "threads=1", "--set", "precision=fp32",
            "--set", "training.epochs=1", "--set", "monitor.every=1", "--set", "data.take=640", "--set", "evaluation.test.take=200", "--set", "evaluation.evaluators=[\"knn\"]");
        var run = Path.Combine(plugin, "runs", "vicreg-fashion-mnist");
        Assert.AreEqual("completed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["status"]);
        StringAssert.Contains(File.ReadAllText(Path.Combine(run, "evaluation.json")), "knn");
        StringAssert.Contains(Run(plugin, ssl, "compare", run, "--markdown"), "vicreg-fashion-mnist");
    }

    private void SameAsDotnetNew(string feed, string plugin)
    {
        Run(folder, "dotnet", "new", "install", Directory.GetFiles(feed, "SslFramework.Templates.*.nupkg").Single());
        Run(folder, "dotnet", "new", "ssl-plugin", "-n", "Vicreg", "-o", "templated");
        var templated = Path.Combine(folder, "templated");
        foreach (var file in Directory.EnumerateFiles(plugin, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "nuget.config"))
        {
            var other = Path.Combine(templated, Path.GetRelativePath(plugin, file));
            Assert.AreEqual(File.ReadAllText(file).TrimEnd(), File.ReadAllText(other).TrimEnd(), other);
        }
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
