using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace SslFramework.Tests.Reliability;

/// <summary>
/// tests/RELIABILITY.md, from what the tests counted: <c>SSL_RELIABILITY=commit dotnet test</c> writes it, with SSL_SOAK=5000
/// after the long forms of the tests. What these tests did not count stays with its date, so that the long ones can be run in parts.
/// </summary>
[TestClass]
public partial class ReliabilityReport
{
    [AssemblyCleanup]
    public static void Write()
    {
        if (Environment.GetEnvironmentVariable("SSL_RELIABILITY") is { Length: > 0 } commit)
        {
            var path = Path.Combine(Repository.Root, "tests", "RELIABILITY.md");
            File.WriteAllText(path, Text(commit, File.ReadAllText(path)));
        }
    }

    [TestMethod]
    public void Tests_OfTheList_AreThere()
    {
        var cases = Cases.Read();
        var names = Types().SelectMany(type => type.Methods.Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        Assert.AreEqual("", string.Join(", ", cases.Tests.Values.SelectMany(tests => tests).Where(test => !names.Contains(test))));
        Assert.AreEqual("", string.Join(", ", Marked().Select(test => test.Case).Concat(cases.Tests.Keys).Concat(cases.Untested.Keys).Where(id => !cases.All.ContainsKey(id))));
    }

    [TestMethod]
    public void Cases_AllButData_HaveATestOrAReason()
    {
        var cases = Cases.Read();
        var tested = Marked().Select(test => test.Case).Concat(cases.Tests.Keys).Concat(cases.Untested.Keys).ToHashSet();
        Assert.AreEqual("", string.Join(' ', cases.All.Keys.Where(id => id[0] != 'D' && !tested.Contains(id))));
    }

    private static string Text(string commit, string before)
    {
        var text = new StringBuilder();
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"""
            # Reliability

            Written by the tests, last on {date} at commit {commit}: {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}.
            Bit for bit means on one kind of processor with one number of tensor threads; GPUs are not covered.

            | what was done | count | when, at which commit |
            | --- | --- | --- |

            """);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match row in Row().Matches(before))
        {
            rows[row.Groups[1].Value] = row.Value;
        }

        foreach (var (what, count) in Figures.Counted)
        {
            rows[what] = $"| {what} | {count} | {date}, {commit} |";
        }

        text.AppendJoin('\n', rows.Values).Append('\n');

        text.Append("\n| case | what goes wrong | tests, or why there is none |\n| --- | --- | --- |\n");
        var marked = Marked().ToLookup(test => test.Case, test => test.Name);
        var cases = Cases.Read();
        foreach (var (id, what) in cases.All)
        {
            var tests = marked[id].Concat(cases.Tests.GetValueOrDefault(id, [])).Distinct().Order(StringComparer.Ordinal).ToList();
            var covered = tests.Count > 0 ? string.Join(", ", tests) : cases.Untested.GetValueOrDefault(id, "no test is marked with it");
            text.Append(CultureInfo.InvariantCulture, $"| {id} | {what} | {covered} |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^\| ([^|]+) \| [^|]+ \| [0-9]{4}-[0-9]{2}-[0-9]{2}, \w+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>Of both test projects.</summary>
    private static IEnumerable<TypeDefinition> Types() => new[] { "SslFramework.Tests", "SslFramework.Tests.Program" }
        .Select(project => Path.Combine(Repository.Output(project), project + ".dll"))
        .SelectMany(file => AssemblyDefinition.ReadAssembly(file).MainModule.GetTypes());

    private static IEnumerable<(string Case, string Name)> Marked() =>
        from type in Types()
        from member in type.Methods.Cast<ICustomAttributeProvider>().Append(type)
        from attribute in member.CustomAttributes
        where attribute.AttributeType.Name == nameof(CaseAttribute)
        let id = (string)attribute.ConstructorArguments[0].Value
        select (id, member is MethodDefinition method ? $"{type.Name}.{method.Name}" : type.Name);

    /// <summary>cases.json: what goes wrong, by number; tests that carry no attribute; and why there is none.</summary>
    private sealed record Cases(
        [property: JsonPropertyName("cases")] IReadOnlyDictionary<string, string> All,
        [property: JsonPropertyName("tests")] IReadOnlyDictionary<string, string[]> Tests,
        [property: JsonPropertyName("untested")] IReadOnlyDictionary<string, string> Untested)
    {
        public static Cases Read() =>
            JsonSerializer.Deserialize<Cases>(File.ReadAllText(Path.Combine(Repository.Root, "tests", "SslFramework.Tests", "Reliability", "cases.json")))!;
    }
}
