using System.Text.RegularExpressions;
using System.Xml.Linq;
using SslFramework.Core.Tensors;
using SslFramework.Engine;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests;

/// <summary>Who may refer to whom, how large files may be, and which names say nothing.</summary>
[TestClass]
public partial class ArchitectureTests
{
    private const string Abstractions = "SslFramework.Abstractions";
    private const string Core = "SslFramework.Core";
    private const string Engine = "SslFramework.Engine";
    private static readonly string[] Terminal = ["Spectre.Console", "System.CommandLine", "System.Console"];

    public static IEnumerable<string> Plugins => Repository.Files("plugins", "*.csproj");

    [TestMethod]
    public void Abstractions_Project_RefersToTorchSharpAndDependencyInjectionAlone()
    {
        var project = Project.Read($"core/{Abstractions}/{Abstractions}.csproj");
        Assert.IsEmpty(project.Projects);
        CollectionAssert.AreEquivalent(
            new[] { "TorchSharp", "Microsoft.Extensions.DependencyInjection.Abstractions" }, project.Packages.ToArray());
    }

    [TestMethod]
    public void Core_Project_RefersToAbstractionsAndNoTerminal()
    {
        var project = Project.Read($"core/{Core}/{Core}.csproj");
        CollectionAssert.AreEqual(new[] { Abstractions }, project.Projects.ToArray());
        AssertNone(project.Packages, package => Terminal.Contains(package) || package.StartsWith("McMaster", StringComparison.Ordinal));
        AssertNone(ReferencesOf(typeof(StateDict).Assembly.Location), name => name is "ssl" or Engine || Terminal.Contains(name) || IsPlugin(name));
    }

    [TestMethod]
    public void Engine_Project_RefersToCoreAndNoTerminal()
    {
        var project = Project.Read($"core/{Engine}/{Engine}.csproj");
        CollectionAssert.AreEqual(new[] { Core }, project.Projects.ToArray());
        AssertNone(ReferencesOf(typeof(BuiltInComponents).Assembly.Location), name => name is "ssl" || Terminal.Contains(name) || IsPlugin(name));
    }

    /// <summary>What makes no promise to plugins is seen by none of them.</summary>
    [TestMethod]
    public void EngineAndHost_Types_AreInternal() => AssertNone(
        new[] { typeof(BuiltInComponents), typeof(PluginCatalog) }.SelectMany(type => type.Assembly.GetExportedTypes()).Select(type => type.FullName!), _ => true);

    [TestMethod]
    [DynamicData(nameof(Plugins))]
    public void Plugin_Project_RefersToTheContractAndCoreAlone(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var allowed = new[] { Abstractions, Core };
        AssertNone(Project.Read(file).Projects, project => !allowed.Contains(project));
        AssertNone(Project.Read("plugins/Directory.Build.props").Projects, project => !allowed.Contains(project));
        AssertNone(
            ReferencesOf(Path.Combine(Repository.Output(name), name + ".dll")),
            reference => reference is "ssl" or Engine || Terminal.Contains(reference) || IsPlugin(reference));
    }

    [TestMethod]
    public void Host_Project_KnowsNoPlugin()
    {
        CollectionAssert.AreEqual(
            new[] { Engine }, Project.Read("host/SslFramework.Host/SslFramework.Host.csproj").Projects.ToArray());
        AssertNone(ReferencesOf(typeof(PluginCatalog).Assembly.Location), IsPlugin);
        AssertNone(Directory.EnumerateFiles(Repository.Output("SslFramework.Host"), "*.dll").Select(Path.GetFileNameWithoutExtension)!, IsPlugin);
    }

    [TestMethod]
    public void SourceFile_OfTheProduct_HasAtMost350Lines() => AssertNone(
        Sources("core", "plugins", "host"), file => File.ReadLines(Path.Combine(Repository.Root, file)).Count() > 350);

    [TestMethod]
    [DynamicData(nameof(Plugins))]
    public void Plugin_LinesOfCode_AreFew(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var most = folder.Split('.')[^1] switch
        {
            "Detection" => 1500,
            "BiGAN" => 494,
            "DINO" => 495,
            "IGPT" => 420,
            "BEiT" => 442,
            "Swin" => 420,
            "AMDIM" => 340,
            "Segmentation" => 620,
            "IJEPA" => 338,
            "CPC" => 270,
            _ => 260,
        };
        Assert.IsLessThan(most, LinesOfCode(Sources(folder)), file);
        foreach (var objective in Sources(folder).Where(source => source.EndsWith("Objective.cs", StringComparison.Ordinal)))
        {
            var options = objective.Replace("Objective.cs", "Options.cs", StringComparison.Ordinal);
            Assert.IsLessThan(200, LinesOfCode(Sources(folder).Where(source => source == objective || source == options)), objective);
        }
    }

    private static int LinesOfCode(IEnumerable<string> sources) => sources
        .SelectMany(source => File.ReadLines(Path.Combine(Repository.Root, source)))
        .Select(line => line.Trim())
        .Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));

    [TestMethod]
    public void FileOrType_Name_SaysWhatItIs()
    {
        var files = Sources("core", "plugins", "host", "tests").ToList();
        AssertNone(files.SelectMany(file => Path.ChangeExtension(file, null).Split(Path.DirectorySeparatorChar)), Vague().IsMatch);
        AssertNone(
            files.SelectMany(file => TypeName().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))).Select(match => match.Groups[1].Value),
            Vague().IsMatch);
    }

    private static IEnumerable<string> Sources(params string[] folders) => folders.SelectMany(folder => Repository.Files(folder, "*.cs"));

    private static bool IsPlugin(string assembly) => assembly.StartsWith("SslFramework.Plugins.", StringComparison.Ordinal);

    private static string[] ReferencesOf(string assembly)
    {
        using var metadata = new PluginMetadata(File.ReadAllBytes(assembly));
        return [.. metadata.References.Select(reference => reference.Name)];
    }

    private static void AssertNone(IEnumerable<string> names, Func<string, bool> isWrong) =>
        Assert.AreEqual("", string.Join(", ", names.Where(isWrong).Distinct()));

    [GeneratedRegex("(Util|Utils|Utilities|Helper|Helpers|Common|Manager|Managers)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+([A-Z]\w*)")]
    private static partial Regex TypeName();

    /// <summary>What a project file refers to by itself.</summary>
    private sealed record Project(IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
    {
        public static Project Read(string file)
        {
            var items = XDocument.Load(Path.Combine(Repository.Root, file)).Descendants().ToList();
            return new(
                [.. Named("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
                [.. Named("PackageReference")]);

            IEnumerable<string> Named(string item) =>
                items.Where(element => element.Name.LocalName == item).Select(element => element.Attribute("Include")!.Value);
        }
    }
}
