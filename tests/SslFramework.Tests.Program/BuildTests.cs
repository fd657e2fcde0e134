using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SslFramework.Tests;

/// <summary>Which libtorch the host carries, found by evaluating its project: nothing is restored.</summary>
[TestClass]
public partial class BuildTests
{
    private const string Host = "host/SslFramework.Host/SslFramework.Host.csproj";

    private static string Platform =>
        OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64"
        : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64"
        : "libtorch-cpu-linux-x64";

    [TestMethod]
    public void Host_TorchCpu_CarriesThisPlatformsLibtorchAlone() =>
        CollectionAssert.AreEqual(new[] { Platform }, NativePackages("cpu"));

    [TestMethod]
    public void Host_TorchCuda_CarriesTheCudaPackageAlone()
    {
        if (OperatingSystem.IsMacOS())
        {
            Assert.Inconclusive("There is no CUDA on this platform.");
        }

        CollectionAssert.AreEqual(
            new[] { OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux" }, NativePackages("cuda"));
    }

    [TestMethod]
    public void Host_TorchOfAnotherKind_SaysWhichKindsThereAre()
    {
        var (exitCode, output) = Build("-target:CollectPackageReferences", "-p:Torch=rocm");
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(output, "Torch=rocm is not known; use -p:Torch=cpu or -p:Torch=cuda.");
    }

    /// <summary>The build may patch them for an older libstdc++ and for their arguments, in the output folder and nowhere else.</summary>
    [TestMethod]
    [DataRow("runtimes/linux-x64/native/libLibTorchSharp.so")]
    [DataRow("lib/net8.0/TorchSharp.dll")]
    public void TorchSharp_InThePackageCache_IsAsItWasPublished(string library)
    {
        var version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        var cache = Path.Combine(Property("NuGetPackageRoot"), "torchsharp", version);
        var package = Path.Combine(cache, $"torchsharp.{version}.nupkg");
        if (!OperatingSystem.IsLinux() || !File.Exists(package))
        {
            Assert.Inconclusive("There is no package to compare with.");
        }

        using var archive = ZipFile.OpenRead(package);
        using var published = new MemoryStream();
        using (var entry = archive.GetEntry(library)!.Open())
        {
            entry.CopyTo(published);
        }

        Assert.IsTrue(published.GetBuffer().AsSpan(0, (int)published.Length).SequenceEqual(File.ReadAllBytes(Path.Combine(cache, library))));
    }

    /// <summary>What nothing needs is not carried: for Python, for phones, for PyTorch's own tests.</summary>
    [TestMethod]
    [DataRow("SslFramework.Host")]
    [DataRow("SslFramework.Fuzz")]
    [DataRow("SslFramework.Tests")]
    [DataRow("SslFramework.Tests.Program")]
    public void Output_NativeLibraries_AreThoseThatAreLoaded(string project)
    {
        var folder = Repository.Output(project);
        var dead = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file))
            .Where(file => UnusedTorch().IsMatch(file) || (!OperatingSystem.IsWindows() && file == "onnxruntime.dll"));
        Assert.AreEqual("", string.Join(", ", dead));
        foreach (var dependencies in Directory.GetFiles(folder, "*.deps.json"))
        {
            Assert.IsFalse(File.ReadAllText(dependencies).Contains("torch_python", StringComparison.Ordinal), $"{dependencies} asks for a file that is not there");
        }
    }

    /// <summary>The package brings libtorch to the tests of plugins, where no central list of versions is.</summary>
    [TestMethod]
    [DataRow("linux-x64")]
    [DataRow("win-x64")]
    [DataRow("osx-arm64")]
    public void Testing_LibtorchOfThePackage_IsTheOneOfTheHost(string platform)
    {
        var package = $"libtorch-cpu-{platform}";
        var brought = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/SslFramework.Testing/runtime.json")))!["runtimes"]![platform]!["SslFramework.Testing"]![package];
        StringAssert.Contains(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")), $"<PackageVersion Include=\"{package}\" Version=\"{brought}\" />");
    }

    /// <summary>SkiaSharp brings its library for Windows and macOS itself, and none for Linux.</summary>
    [TestMethod]
    public void Testing_SkiaOfThePackageOnLinux_IsTheOneOfTheHost()
    {
        const string Package = "SkiaSharp.NativeAssets.Linux.NoDependencies";
        var runtimes = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/SslFramework.Testing/runtime.json")))!["runtimes"]!;
        var brought = runtimes["linux-x64"]!["SslFramework.Testing"]![Package];
        StringAssert.Contains(
            File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")), $"<PackageVersion Include=\"{Package}\" Version=\"{brought}\" />");
    }

    [TestMethod]
    public void Audit_OfWhatShips_IsOnAndStopsNoBuild()
    {
        var properties = JsonNode.Parse(Build("-getProperty:NuGetAudit,NuGetAuditMode,WarningsNotAsErrors").Output)!["Properties"]!;
        Assert.AreEqual(("true", "all"), ((string?)properties["NuGetAudit"], (string?)properties["NuGetAuditMode"]));
        StringAssert.Contains((string?)properties["WarningsNotAsErrors"], "NU1900", "a feed that cannot be reached");
    }

    [GeneratedRegex("torch_python|torchbind_test|jitbackend_test|backend_with_compiler|nnapi_backend|aoti_custom_ops|torch_global_deps|^(lib)?shm[.]")]
    private static partial Regex UnusedTorch();

    private static string[] NativePackages(string torch)
    {
        var (exitCode, output) = Build("-getItem:PackageReference", $"-p:Torch={torch}");
        Assert.AreEqual(0, exitCode, output);
        using var evaluation = JsonDocument.Parse(output);
        return
        [
            .. evaluation.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString()!)
                .Where(name => name.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase)
                    || name.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase)),
        ];
    }

    private static string Property(string name) => Build($"-getProperty:{name}").Output.Trim();

    private static (int ExitCode, string Output) Build(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["msbuild", Host, "-nologo", .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };

        // Under 'dotnet test' these point into the MSBuild that runs the tests.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
