using System.Text.Json.Nodes;
using SslFramework.Host.Configuration;

namespace SslFramework.Tests.Host.Configuration;

[TestClass]
public class CompactJsonTests
{
    [TestMethod]
    public void Write_WhatFits_StandsOnOneLine() => Assert.AreEqual(
        "{\n  \"a\": { \"b\": [1, 2], \"c\": {} },\n  \"d\": null\n}",
        CompactJson.Write(JsonNode.Parse("""{"a":{"b":[1,2],"c":{}},"d":null}""")));

    [TestMethod]
    public void Write_ALongValue_FitsIntoATerminalOf80Columns()
    {
        var names = string.Join(", ", Enumerable.Range(0, 12).Select(i => $"\"name-{i}\": {i}"));
        var lines = CompactJson.Write(JsonNode.Parse($"{{ \"a-key-that-takes-room\": [{{ {names} }}, {{ {names} }}] }}")).Split('\n');
        Assert.IsLessThanOrEqualTo(79, lines.Max(line => line.Length));
        Assert.HasCount(32, lines);
    }

    [TestMethod]
    public void Write_AListOfOne_TakesNoLinesOfItsOwn()
    {
        var value = new string('x', 70);
        Assert.AreEqual($"{{\n  \"a\": [{{\n    \"b\": \"{value}\"\n  }}]\n}}", CompactJson.Write(JsonNode.Parse($$"""{ "a": [{ "b": "{{value}}" }] }""")));
    }

    [TestMethod]
    public void Write_AnyValue_IsTheSameValueAgain()
    {
        var text = File.ReadAllText(Repository.Experiment("schema/experiment.json"));
        Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(CompactJson.Write(JsonNode.Parse(text)))));
    }
}
