using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Weights;

namespace SslFramework.Tests.Host.Evaluation;

/// <summary>The evaluation files that lie beside plugins: those of papers name data that is not here, and are bound alone.</summary>
[TestClass]
public class PluginEvaluationsTests
{
    public static IEnumerable<object[]> Detections => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "plugins", "SslFramework.Plugins.Detection", "evaluations"), "*.json")
        .Order().Select(file => new object[] { Path.GetFileName(file) });

    [TestMethod]
    [DynamicData(nameof(Detections))]
    public void Read_FileOfAPlugin_IsBound(string file)
    {
        var path = Path.Combine(Repository.Root, "plugins", "SslFramework.Plugins.Detection", "evaluations", file);
        var read = EvaluationFile.Read(path, [], Installation.Load([Repository.Plugins]).Components);
        Assert.AreEqual("detection", read.Evaluators.Single().Descriptor.Name);
        StringAssert.Contains(File.ReadAllText(path), $"evaluations/{file}", "its description says how to run it");
    }
}
