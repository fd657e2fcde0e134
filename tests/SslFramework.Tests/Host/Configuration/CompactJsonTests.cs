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
    public void Write_AnyValue_IsTheSameValueAgain()
    {
        var text = File.ReadAllText(Repository.Experiment("schema/experiment.json"));
        Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(CompactJson.Write(JsonNode.Parse(text)))));
    }
}
