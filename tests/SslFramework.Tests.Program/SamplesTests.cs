using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Optimization;

namespace SslFramework.Tests;

/// <summary>
/// docs/samples: a plugin of each kind, which <c>ssl new plugin</c> writes and a newcomer reads. They are built against this tree, and
/// their own tests are part of this assembly.
/// </summary>
[TestClass]
public partial class SamplesTests
{
    private static readonly Assembly Samples = typeof(MyMethod.MyMethodPlugin).Assembly;

    [TestMethod]
    [DataRow("method", typeof(IPretextObjective))]
    [DataRow("backbone", typeof(IBackbone))]
    [DataRow("evaluator", typeof(IEvaluator))]
    [DataRow("source", typeof(IDataSource))]
    [DataRow("step", typeof(IRecipeStep))]
    [DataRow("optimizer", typeof(IOptimizer))]
    [DataRow("schedule", typeof(ISchedule))]
    public void Sample_OfAKind_RegistersIt(string kind, Type service)
    {
        var folder = Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "samples", kind)).Select(path => Path.GetFileName(path)!).Single(name => name.EndsWith(".Tests", StringComparison.Ordinal))[..^6];
        var services = new ServiceCollection();
        ((IPlugin)Activator.CreateInstance(Samples.GetType($"{folder}.{folder}Plugin")!)!).Register(services);
        var component = (ComponentDescriptor)services.Single().ImplementationInstance!;
        Assert.AreEqual(service, component.Service);
        Assert.Contains($"\"name\": \"{component.Name}\"", File.ReadAllText(Directory.GetFiles(Path.Combine(Repository.Root, "docs", "samples", kind, folder, "experiments")).Single()));
    }

    [TestMethod]
    public void Samples_AndKindsOfTheCommand_AreTheSame()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "samples")).Select(Path.GetFileName);
        var (_, help, _) = SslProgram.Run("new", "plugin", "--help");
        CollectionAssert.AreEquivalent(folders.ToArray(), Kinds().Match(help).Groups[1].Value.Split('|'));
    }

    [GeneratedRegex("--kind <([a-z|]+)>")]
    private static partial Regex Kinds();
}
