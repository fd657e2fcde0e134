using System.Globalization;
using System.Text.Json.Nodes;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Docs;

/// <summary>docs/backbones.md says what the program does.</summary>
[TestClass]
public class BackbonePageTests
{
    [TestMethod]
    public void Table_OfThePage_IsThatOfTheCommand()
    {
        var (code, output, errors) = SslProgram.Run("components", "backbone", "--json");
        Assert.AreEqual(0, code, errors);
        var rows = new Page("docs/backbones.md").Text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        foreach (var backbone in JsonNode.Parse(output)!.AsArray())
        {
            var (name, plugin) = ((string)backbone!["name"]!, (string)backbone["plugin"]!);
            var row = rows.SingleOrDefault(row => row.StartsWith($"| `{name}` | {plugin} |", StringComparison.Ordinal));
            Assert.IsNotNull(row, $"{name} is missing; write the table again with 'ssl components backbone --table'");
            if (backbone["parameters"] is { } parameters)
            {
                StringAssert.Contains(row, string.Create(CultureInfo.InvariantCulture, $"| {parameters.GetValue<long>():N0} |"), name);
                StringAssert.Contains(row, $"| {backbone["features"]!.GetValue<int>()} |", name);
                var operations = backbone["multiplyAdds"]?.GetValue<long>() is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.00} G") : "";
                StringAssert.Contains(row, $"| {operations} |", name);
            }
        }
    }

    [TestMethod]
    public void Components_OfBackbones_TellTheirSizes()
    {
        StringAssert.Contains(SslProgram.Run("components", "resnet50").Output, "resnet50  (core)  23,508,032 parameters, 4.09 G multiply-adds at 224, 2048 features");
        StringAssert.Contains(SslProgram.Run("components", "backbone").Output, "vit-huge  (core)  630,918,400 parameters, 127.31 G multiply-adds at 224, 1280 features");
        Assert.DoesNotContain("parameters", SslProgram.Run("components", "objective").Output);
    }
}
