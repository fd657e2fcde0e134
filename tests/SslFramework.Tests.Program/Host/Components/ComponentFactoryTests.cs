using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Components;

[TestClass]
public class ComponentFactoryTests
{
    private const string Name = "The data source \"failing\" of core ";

    [TestMethod]
    [DataRow("OutOfMemoryException", FailureKind.OutOfMemory, "could not be built, because memory ran out (it); make it smaller, or free memory.")]
    [DataRow("can't allocate memory", FailureKind.OutOfMemory, "could not be built, because memory ran out (can't allocate memory); make it smaller, or free memory.")]
    [DataRow("IOException", FailureKind.Storage, "could not be built, because reading failed (it); look at the disk, and start again.")]
    [DataRow("FileNotFoundException", FailureKind.Data, "cannot read what it needs (it); correct its path, or let this user read it.")]
    [DataRow("UnauthorizedAccessException", FailureKind.Data, "cannot read what it needs (it); correct its path, or let this user read it.")]
    [DataRow("InvalidOperationException", FailureKind.Plugin, "could not be built: InvalidOperationException: it")]
    public void Create_AConstructorThatFails_EndsWithTheCodeOfItsKindOfFailure(string failure, FailureKind kind, string sentence)
    {
        IServiceCollection services = new ServiceCollection();
        services.AddDataSource<FailingSource, FailingOptions>("failing");
        var descriptor = services.Select(service => service.ImplementationInstance).OfType<ComponentDescriptor>().Single();
        using var provider = services.BuildServiceProvider();
        var factory = new ComponentFactory(provider, Installation.Load([]).Components);

        var error = Assert.ThrowsExactly<ExperimentException>(() => factory.Create(new Component<IDataSource>(descriptor, new FailingOptions { With = failure })));

        Assert.AreEqual(kind, error.Kind);
        Assert.AreEqual(Name + sentence, error.Message);
    }

    [TestMethod]
    public void Create_AServiceThatIsNotThere_NamesItAndThoseThatAre()
    {
        var catalog = TestCatalog.Of<IEvaluator, Asking, AskingOptions>("asking");
        var services = new ServiceCollection().AddSingleton(new DataInfo(10, 3)).AddSingleton<IProgress<EvaluationProgress>>(new Progress<EvaluationProgress>());
        using var provider = services.BuildServiceProvider();
        var factory = new ComponentFactory(provider, catalog);

        var descriptor = catalog.Find(typeof(IEvaluator), "asking")!.Descriptor;
        var error = Assert.ThrowsExactly<ExperimentException>(() => factory.Create(new Component<IEvaluator>(descriptor, new AskingOptions()), new RunLengthOfOld(3)));
        Assert.AreEqual(FailureKind.Plugin, error.Kind);
        Assert.AreEqual(
            "The evaluator \"asking\" of test could not be built: its constructor asks for IDisposable, which a component of this kind does not get; it may ask for "
            + "AskingOptions, RunLengthOfOld, DataInfo, IProgress<EvaluationProgress> and what its plugin registers itself.",
            error.Message);
    }

    private sealed record AskingOptions;

    private sealed record RunLengthOfOld(int Epochs);

    private sealed class Asking(AskingOptions options, IDisposable missing) : IEvaluator
    {
        public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
            throw new InvalidOperationException($"{options} {missing}");
    }

    private sealed record FailingOptions
    {
        public string With { get; init; } = "";
    }

    private sealed class FailingSource : IDataSource
    {
        public FailingSource(FailingOptions options) => throw options.With switch
        {
            "OutOfMemoryException" => new InsufficientMemoryException("it"), // a kind of it that may be thrown
            "IOException" => new IOException("it"),
            "FileNotFoundException" => new FileNotFoundException("it"),
            "UnauthorizedAccessException" => new UnauthorizedAccessException("it"),
            "InvalidOperationException" => new InvalidOperationException("it"),
            var message => new InvalidOperationException(message), // as libtorch says it
        };

        public int Count => 0;

        public int Channels => 1;

        public IReadOnlyList<string> Classes => [];

        public int? Label(int index) => null;

        public void Read(int index, PixelBuffer destination)
        {
        }
    }
}
