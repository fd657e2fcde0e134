using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Docs;

/// <summary>What the pages say is there is there, and numbers are the same on all of them.</summary>
[TestClass]
public partial class PageTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static Page Readme { get; } = new("README.md");

    [TestMethod]
    public void Readme_IsOnePage()
    {
        var lines = Readme.Text.TrimEnd().Split('\n');
        Assert.IsLessThanOrEqualTo(180, lines.Length, "lines");
        Assert.IsLessThanOrEqualTo(12 * 1024, Encoding.UTF8.GetByteCount(Readme.Text), "bytes");
        Assert.AreEqual("", string.Join('\n', lines.Where(line => line.Length > 120)), "longer than 120 characters");
    }

    [TestMethod]
    public void Links_OfEveryPage_LeadToAFileAndAHeading()
    {
        var dead = new List<string>();
        foreach (var page in Page.All)
        {
            foreach (var (file, heading) in page.Links)
            {
                var target = file.Length == 0 ? page.Path : Path.Combine(page.Folder, file);
                if (!Path.Exists(Path.Combine(Repository.Root, target))
                    || (heading.Length > 0 && !new Page(target).Headings.Contains(heading)))
                {
                    dead.Add($"{page.Path}: {file}#{heading}");
                }
            }
        }

        Assert.AreEqual("", string.Join('\n', dead));
    }

    /// <summary>In the map of the source and the contributor's guide: types, <c>Type.Member</c>, and paths from the root.</summary>
    [TestMethod]
    [DataRow("docs/architecture.md")]
    [DataRow("CONTRIBUTING.md")]
    public void Code_ThatAPageNames_IsThere(string path)
    {
        var text = new Page(path).Text;
        var types = Assemblies().SelectMany(assembly => assembly.GetTypes()).ToLookup(type => type.Name.Split('`')[0]);
        var members = types.SelectMany(named => named).SelectMany(MembersOf).ToHashSet();
        var names = NamedCode().Matches(text).Select(match => (Name: match.Groups[1].Value, Member: match.Groups[2].Value)).ToArray();
        Assert.IsNotEmpty(names);
        var gone = names.Where(name => name.Member.Length > 0
            ? !types[name.Name].SelectMany(MembersOf).Contains(name.Member)
            : !types.Contains(name.Name) && !members.Contains(name.Name));
        Assert.AreEqual("", string.Join('\n', gone));
        var files = NamedFile().Matches(text).Select(match => match.Groups[1].Value);
        Assert.AreEqual("", string.Join('\n', files.Where(file => !Path.Exists(Path.Combine(Repository.Root, file)))));
    }

    [TestMethod]
    [DataRow("objective", "Methods")]
    [DataRow("backbone", "Backbones")]
    public void Components_OfTheProgram_AreThoseOfThePageOfMethods(string kind, string heading)
    {
        var (code, output, errors) = SslProgram.Run("components", kind, "--json");
        Assert.AreEqual(0, code, errors);
        var known = JsonNode.Parse(output)!.AsArray().Select(component => (string)component!["name"]!).Order(StringComparer.Ordinal);
        var text = new Page("docs/methods.md").Text;
        var section = Regex.Match(text, $@"(?ms)^#+ {heading}\n(.*?)(?=^#|\z)").Groups[1].Value;
        var listed = FirstCell().Matches(section)
            .SelectMany(row => Code().Matches(row.Groups[1].Value))
            .Select(name => name.Groups[1].Value);
        Assert.AreEqual(string.Join(' ', known), string.Join(' ', listed.Order(StringComparer.Ordinal)));
    }

    /// <summary>Each named block of JSON is an experiment that the schema allows; the others are JSON.</summary>
    [TestMethod]
    public void Experiments_OfThePages_AreValid()
    {
        var schema = JsonSchema.FromText(File.ReadAllText(Repository.Experiment("schema/experiment.json")));
        var experiments = 0;
        foreach (var page in Page.Documentation)
        {
            foreach (var (_, file, text) in page.Blocks.Where(block => block.Language is "json" or "jsonc"))
            {
                using var json = JsonDocument.Parse(text, Lenient);
                if (file.Length > 0)
                {
                    experiments++;
                    var result = schema.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
                    var errors = (result.Details ?? [])
                        .Where(detail => detail.Errors is not null)
                        .Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}");
                    Assert.IsTrue(result.IsValid, $"{page.Path}, {file}: {string.Join('\n', errors)}");
                }
            }
        }

        Assert.IsGreaterThanOrEqualTo(2, experiments);
    }

    /// <summary>For each small experiment: in its file, in the README, in the table of all, and in its method's README.</summary>
    [TestMethod]
    public void Numbers_OfTheShippedExperiments_AreTheSameEverywhere()
    {
        var table = new Page("docs/results.md").Text;
        var methods = string.Concat(Repository.Files("plugins", "README.md").Select(page => new Page(page).Text));
        foreach (var experiment in SmallExperiments)
        {
            var name = Path.GetFileNameWithoutExtension(experiment);
            var json = File.ReadAllText(experiment);
            var objective = (string)JsonNode.Parse(json, documentOptions: Lenient)!["objective"]!["name"]!;
            var numbers = Expected().Match(json);
            Assert.IsTrue(numbers.Success, name);
            var (seconds, probe, knn) = (numbers.Groups[1].Value, numbers.Groups[2].Value, numbers.Groups[3].Value);
            StringAssert.Matches(table, new($@"\| {name} \| {seconds} \| (\*\*)?{probe}.* \| (\*\*)?{knn}"), name);
            StringAssert.Matches(methods, new($@"\| `{name}`, {seconds} s.* \| {probe} %.* \| {knn} % \|"), name);
            if (name == "quickstart" || SmallRuns.MethodOf(name) == objective)
            {
                StringAssert.Contains(Readme.Text, $"`{objective}` {probe}", name);
            }
        }
    }

    /// <summary>
    /// What a method is worth is what it adds to its own random weights: three points, or two for the oldest tasks. One that adds none says so.
    /// </summary>
    [TestMethod]
    public void Numbers_OfTheShippedExperiments_AreAboveThoseOfRandomWeights()
    {
        string[] oldest = ["jigsaw", "counting", "context-encoder", "colorization", "split-brain"];
        foreach (var experiment in SmallExperiments)
        {
            var margin = oldest.Contains(SmallRuns.MethodOf(Path.GetFileNameWithoutExtension(experiment))) ? 2 : 3;
            var numbers = Gains().Match(File.ReadAllText(experiment));
            Assert.IsTrue(numbers.Success, experiment);
            if (numbers.Value.EndsWith("less than random weights", StringComparison.Ordinal))
            {
                Assert.IsLessThan(Number(2), Number(1), $"{experiment}: linear probe");
                var page = Path.Combine(Path.GetDirectoryName(experiment)!, "..", "README.md");
                StringAssert.Contains(File.ReadAllText(page), "beats random weights", experiment);
                continue;
            }

            var (probe, random) = (Number(1), Number(2));
            var (knn, randomKnn) = (Number(3), Number(4));
            Assert.IsGreaterThanOrEqualTo(random + margin, probe, $"{experiment}: linear probe");
            Assert.IsGreaterThanOrEqualTo(randomKnn + margin, knn, $"{experiment}: kNN");

            double Number(int group) => double.Parse(numbers.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [TestMethod]
    public void Numbers_OfThePapersPage_AreThoseOfTheExperiments()
    {
        foreach (Match here in Here().Matches(new Page("docs/papers.md").Text))
        {
            var file = Repository.Experiments.Single(path => Path.GetFileNameWithoutExtension(path) == here.Groups[2].Value);
            var numbers = Gains().Match(File.ReadAllText(file));
            Assert.AreEqual((numbers.Groups[1].Value, numbers.Groups[2].Value), (here.Groups[1].Value, here.Groups[3].Value), here.Value);
        }
    }

    private static IEnumerable<string> SmallExperiments =>
        Repository.Experiments.Where(path => SmallRuns.IsSmall(Path.GetFileNameWithoutExtension(path)));

    private static IEnumerable<string> MembersOf(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Select(member => member.Name);

    private static IEnumerable<Assembly> Assemblies() => Directory.EnumerateFiles(AppContext.BaseDirectory, "SslFramework.*.dll")
        .Append(Path.Combine(AppContext.BaseDirectory, "ssl.dll"))
        .Append(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll"))
        .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))
        .Append(Assembly.LoadFrom(Path.Combine(Repository.Output("SslFramework.Tests"), "SslFramework.Tests.dll")));

    [GeneratedRegex(@"(\d+) s of training.* Linear probe .*?([\d.]+) %.*, kNN ([\d.]+) %")]
    private static partial Regex Expected();

    [GeneratedRegex(@"Linear probe .*?([\d.]+) %.*?\(random weights ([\d.]+).*?kNN ([\d.]+) %.*?\(([\d.]+)(?:.*less than random weights)?")]
    private static partial Regex Gains();

    [GeneratedRegex(@"\[([\d.]+)\]\[([\w-]+)\] \(([\d.]+)\)")]
    private static partial Regex Here();

    [GeneratedRegex(@"`([A-Z][a-z]\w*|I[A-Z]\w+)(?:\.([A-Z]\w*))?(?:\([^`]*\))?`")]
    private static partial Regex NamedCode();

    [GeneratedRegex(@"`((?:core|host|plugins|tests|build|docs|\.ci)/[\w./-]+)`")]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"^\| (`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
