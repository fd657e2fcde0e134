using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Optimization;

namespace SslFramework.Tests;

/// <summary>
/// docs/samples: a plugin of each kind, which <c>ssl new plugin</c> writes and a newcomer reads. They are built against this tree, and
/// their own tests run here.
/// </summary>
[TestClass]
[DoNotParallelize] // one of them changes the default device of the process
internal class SamplesTests
{
    private static readonly Assembly Samples = typeof(MyMethod.MyMethodPlugin).Assembly;

    public static IEnumerable<object?[]> Tests =>
        from type in Samples.GetTypes()
        where type.IsDefined(typeof(TestClassAttribute))
        from method in type.GetMethods()
        where method.IsDefined(typeof(TestMethodAttribute))
        from row in method.GetCustomAttributes<DataRowAttribute>().Select(row => row.Data).DefaultIfEmpty([])
        select new object?[] { type.Name, method.Name, row };

    [TestMethod]
    [DynamicData(nameof(Tests))]
    public void Sample_ItsOwnTest_Passes(string type, string method, object?[] row)
    {
        var test = Samples.GetTypes().Single(found => found.Name == type);
        var instance = Activator.CreateInstance(test)!;
        var types = test.GetMethod(method)!.GetParameters();
        try
        {
            test.GetMethod(method)!.Invoke(instance, [.. row.Zip(types, (value, parameter) => Convert.ChangeType(value, parameter.ParameterType))]);
        }
        finally
        {
            test.GetMethods().FirstOrDefault(found => found.IsDefined(typeof(TestCleanupAttribute)))?.Invoke(instance, []);
        }
    }

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
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "samples")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
        var (_, help, _) = Host.Commands.SslProgram.Run("new", "plugin", "--help");
        foreach (var kind in folders)
        {
            Assert.Contains(kind, help);
        }
    }
}
