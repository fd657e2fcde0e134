using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
public class PluginCatalogTests
{
    [TestMethod]
    public void Load_GoodPlugin_ListsItsComponentsAsItsOwn()
    {
        using var stage = new PluginStage("GoodPlugin");
        var catalog = stage.Load();

        var plugin = catalog.Loaded.Single();
        Assert.AreEqual("GoodPlugin", plugin.Name);
        Assert.AreEqual("0.1.0", plugin.Version);
        Assert.AreEqual(SharedAssemblies.Version, plugin.Contract);
        Assert.AreEqual(Path.Combine(stage.Root, "GoodPlugin"), plugin.Folder);
        Assert.AreEqual(64, plugin.Sha256.Length);
        Assert.IsEmpty(catalog.Refused);
        CollectionAssert.AreEqual(
            new[] { "good-backbone", "good-objective", "good-evaluator" },
            catalog.Components.Components.Where(c => c.Plugin == "GoodPlugin").Select(c => c.Descriptor.Name).ToArray());
        Assert.AreEqual(3, stage.Services.Count(s => (s.ImplementationInstance as ComponentDescriptor)?.Name.StartsWith("good-", StringComparison.Ordinal) == true));
    }

    [TestMethod]
    public void Load_GoodPlugin_SharesTheHostsContractAndTensors()
    {
        using var stage = new PluginStage("GoodPlugin");
        var component = stage.Load().Components.Find(typeof(IBackbone), "good-backbone")!.Descriptor;

        var options = Activator.CreateInstance(component.Options)!;
        using var backbone = (nn.Module)Activator.CreateInstance(component.Implementation, options, new DataInfo(10, 3))!;
        using var features = ((IBackbone)backbone).Forward(ones(2, 3, 5, 5));
        CollectionAssert.AreEqual(new long[] { 2, 4 }, features.shape);
    }

    [TestMethod]
    public void Load_NoPlugins_HasCoreAlone()
    {
        using var stage = new PluginStage();
        var own = new ServiceCollection();
        new BuiltInComponents().Register(own);

        var catalog = stage.Load();
        Assert.IsEmpty(catalog.Loaded);
        Assert.IsEmpty(catalog.Refused);
        Assert.HasCount(own.Count, stage.Services);
        Assert.IsTrue(catalog.Components.Components.All(component => component.Plugin == "core"));
    }

    [TestMethod]
    public void Load_ManyPlugins_AreInOrdinalOrder()
    {
        using var stage = new PluginStage("OldJsonPlugin", "GoodPlugin", "NewJsonPlugin");
        CollectionAssert.AreEqual(
            new[] { "GoodPlugin", "NewJsonPlugin", "OldJsonPlugin" }, stage.Load().Loaded.Select(plugin => plugin.Name).ToArray());
    }

    [TestMethod]
    public void Load_TwoVersionsOfOneLibrary_EachPluginGetsItsOwn()
    {
        using var stage = new PluginStage("OldJsonPlugin", "NewJsonPlugin");
        var components = stage.Load().Components;
        Assert.AreEqual(12, JsonVersion("old-json"));
        Assert.AreEqual(13, JsonVersion("new-json"));

        double JsonVersion(string name)
        {
            var evaluator = components.Find(typeof(IEvaluator), name)!.Descriptor.Implementation;
            return ((IEvaluator)Activator.CreateInstance(evaluator)!).Evaluate(null!, null!, null!).Single().Value;
        }
    }

    [TestMethod]
    public void Load_NameThatIsTaken_RefusesTheSecondPluginAndNamesBoth()
    {
        using var stage = new PluginStage("GoodPlugin");
        using var other = new PluginStage("CopycatPlugin");
        var catalog = PluginCatalog.Load([stage.Root, other.Root], stage.Services);

        StringAssert.Contains(
            catalog.Refused.Single().Sentence,
            "Plugin CopycatPlugin registers the IEvaluator 'good-evaluator', which plugin GoodPlugin registered before");
        Assert.AreEqual("GoodPlugin", catalog.Components.Find(typeof(IEvaluator), "good-evaluator")!.Plugin);
        Assert.IsNull(catalog.Components.Find(typeof(IEvaluator), "copycat-evaluator"));
        Assert.IsFalse(stage.Services.Any(s => (s.ImplementationInstance as ComponentDescriptor)?.Name == "copycat-evaluator"));
    }

    [TestMethod]
    public void Load_ConstructorThrows_NamesPhaseAndCause()
    {
        using var stage = new PluginStage("GoodPlugin", "ThrowingConstructorPlugin");
        var catalog = stage.Load();

        Assert.AreEqual(
            "Plugin ThrowingConstructorPlugin failed in its constructor with InvalidOperationException: No licence was found.",
            catalog.Refused.Single().Sentence);
        Assert.AreEqual("GoodPlugin", catalog.Loaded.Single().Name);
    }

    [TestMethod]
    public void Load_SharedAssemblyOfItsOwn_IsRefused()
    {
        using var stage = new PluginStage("GoodPlugin", "PrivateCopyPlugin");
        var copies = Directory.CreateDirectory(Path.Combine(stage.Root, "PrivateCopyPlugin", "private")).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "SkiaSharp.dll"), Path.Combine(copies, "SkiaSharp.dll"));
        var catalog = stage.Load();

        StringAssert.StartsWith(catalog.Refused.Single().Sentence, "Plugin PrivateCopyPlugin loaded SkiaSharp 3.");
        Assert.AreEqual("GoodPlugin", catalog.Loaded.Single().Name);
    }

    [TestMethod]
    public void Load_RegisterThrows_TakesBackWhatWasRegistered()
    {
        using var stage = new PluginStage("GoodPlugin", "ThrowingRegisterPlugin");
        var catalog = stage.Load();

        StringAssert.StartsWith(
            catalog.Refused.Single().Sentence,
            "Plugin ThrowingRegisterPlugin failed in Register with ArgumentException: 'Not A Name' cannot name a component");
        Assert.IsFalse(stage.Services.Any(s => s.ServiceType == typeof(string)));
        Assert.IsNull(catalog.Components.Find(typeof(IEvaluator), "half-evaluator"));
        Assert.AreEqual("GoodPlugin", catalog.Loaded.Single().Name);
    }

    [TestMethod]
    public void Load_TheSameBuildTwice_IsOnePlugin()
    {
        using var stage = new PluginStage("GoodPlugin");
        using var other = new PluginStage("GoodPlugin");
        var catalog = PluginCatalog.Load([stage.Root, other.Root, stage.Root], stage.Services);

        Assert.AreEqual(Path.Combine(stage.Root, "GoodPlugin"), catalog.Loaded.Single().Folder);
        Assert.IsEmpty(catalog.Refused);
    }

    [TestMethod]
    public void Load_AnotherBuildOfAPlugin_RefusesItAndNamesBothFolders()
    {
        using var stage = new PluginStage("GoodPlugin");
        using var other = new PluginStage("GoodPlugin");
        File.AppendAllText(Path.Combine(other.Root, "GoodPlugin", "GoodPlugin.dll"), " "); // still loads, but has another hash
        var catalog = PluginCatalog.Load([stage.Root, other.Root], stage.Services);

        var refused = catalog.Refused.Single();
        StringAssert.Contains(refused.Sentence, Path.Combine(stage.Root, "GoodPlugin"));
        StringAssert.Contains(refused.Sentence, Path.Combine(other.Root, "GoodPlugin"));
        Assert.AreEqual(Path.Combine(other.Root, "GoodPlugin"), refused.Folder);
    }
}
