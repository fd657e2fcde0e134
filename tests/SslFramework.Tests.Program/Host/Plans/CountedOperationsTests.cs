using System.Text.Json;
using SslFramework.Host.Components;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plans;

/// <summary>The numbers of multiply-adds.json are those that are counted on an image.</summary>
[TestClass]
public class CountedOperationsTests
{
    private const long Large = 30_000_000; // parameters, of which the long form of the tests counts more

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [TestMethod]
    public void File_OfEveryBackbone_HoldsWhatIsCounted()
    {
        var installation = Installation.Load([Repository.Plugins]);
        var backbones = installation.Components.Of(typeof(IBackbone)).ToDictionary(component => component.Descriptor.Name);
        if (Environment.GetEnvironmentVariable("SSL_APPROVE") == "1")
        {
            Write(backbones.Values.Select(backbone => (backbone, Count(backbone))));
            return; // the program has the file from the next build on
        }

        foreach (var name in SmallRuns.Sampled([.. backbones.Keys.Order(StringComparer.Ordinal)]))
        {
            if (Figures.IsSoak || NetworkSize.Measure(backbones[name], installation, counts: false)?.Parameters < Large)
            {
                Assert.AreEqual(CountedOperations.Of(backbones[name]), Count(backbones[name]), name);
            }
        }

        long? Count(RegisteredComponent backbone) => NetworkSize.Measure(backbone, installation, counts: true)?.MultiplyAdds;
    }

    /// <summary>torchvision's 4.09 and 4.46 billion are with classifiers.</summary>
    [TestMethod]
    public void Components_OfBackbones_TellTheirOperations()
    {
        var installation = Installation.Load([Repository.Plugins]);
        Assert.AreEqual(4_087_136_256, CountedOperations.Of(Named("resnet50")));
        Assert.AreEqual(4_454_763_264, CountedOperations.Of(Named("convnext-tiny")));
        Assert.IsNull(CountedOperations.Of(Named("resnet50") with { Plugin = "another" }));

        RegisteredComponent Named(string name) => installation.Components.Find(typeof(IBackbone), name)!;
    }

    private static void Write(IEnumerable<(RegisteredComponent Backbone, long? Count)> counted)
    {
        var byPlugin = counted.Where(one => one.Count is not null)
            .GroupBy(one => one.Backbone.Plugin)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(one => one.Backbone.Descriptor.Name, StringComparer.Ordinal)
                .ToDictionary(one => one.Backbone.Descriptor.Name, one => one.Count));
        var path = Path.Combine(Repository.Root, "host", "SslFramework.Host", "Plans", "multiply-adds.json");
        File.WriteAllText(path, JsonSerializer.Serialize(byPlugin, Indented) + "\n");
    }
}
