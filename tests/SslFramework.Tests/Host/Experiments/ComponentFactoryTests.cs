using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Experiments;

[TestClass]
public class ComponentFactoryTests
{
    [TestMethod]
    public void Create_AServiceThatIsNotThere_NamesItAndThoseThatAre()
    {
        var catalog = TestCatalog.Of<IEvaluator, Asking, AskingOptions>("asking");
        var services = new ServiceCollection().AddSingleton(new DataInfo(10, 3)).AddSingleton<IProgress<EvaluationProgress>>(new Progress<EvaluationProgress>());
        using var provider = services.BuildServiceProvider();
        var factory = new ComponentFactory(provider, new Installation(new PluginCatalog([], [], catalog), services));

        var descriptor = catalog.Find(typeof(IEvaluator), "asking")!.Descriptor;
        var error = Assert.ThrowsExactly<ExperimentException>(() => factory.Create(new Component<IEvaluator>(descriptor, new AskingOptions()), new RunLengthOfOld(3)));
        Assert.AreEqual(ExitCode.Plugin, error.ExitCode);
        Assert.AreEqual(
            "The evaluator \"asking\" of test could not be built: its constructor asks for IDisposable, which is not there; it may ask for "
            + "AskingOptions, RunLengthOfOld, DataInfo, IProgress<EvaluationProgress>, and what its plugin registers.",
            error.Message);
    }

    private sealed record AskingOptions;

    private sealed record RunLengthOfOld(int Epochs);

    private sealed class Asking(AskingOptions options, IDisposable missing) : IEvaluator
    {
        public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test) =>
            throw new InvalidOperationException($"{options} {missing}");
    }
}
