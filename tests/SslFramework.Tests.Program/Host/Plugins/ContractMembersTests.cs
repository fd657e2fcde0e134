using SslFramework.Core.Tensors;
using SslFramework.Host.Plugins;
using SslFramework.Plugins.MAE;
using SslFramework.Testing;

namespace SslFramework.Tests.Host.Plugins;

[TestClass]
public class ContractMembersTests
{
    private static readonly ContractMembers Contract = new(new SharedAssemblies().All);

    /// <summary>Whatever compiled against this contract must pass: generic bases, records, init accessors, spans, enums.</summary>
    [TestMethod]
    [DataRow(typeof(StateDict))]
    [DataRow(typeof(ObjectiveContract))]
    [DataRow(typeof(MaeObjective))]
    public void FirstMissing_AssemblyBuiltAgainstThisContract_IsNone(Type inside) => Assert.IsNull(FirstMissing(inside.Assembly.Location));

    /// <summary>They use more of TorchSharp, SkiaSharp and dependency injection than a plugin will.</summary>
    [TestMethod]
    public void FirstMissing_TheSharedAssembliesThemselves_IsNone()
    {
        foreach (var assembly in new SharedAssemblies().All.Where(assembly => assembly.GetName().Name!.StartsWith("SslFramework", StringComparison.Ordinal)))
        {
            Assert.IsNull(FirstMissing(assembly.Location), assembly.FullName);
        }
    }

    [TestMethod]
    public void FirstMissing_LibraryOfAnOlderTorchSharp_NamesTheMember() => Assert.AreEqual(
        "TorchSharp.torch.vander_of_old", FirstMissing(Path.Combine(PluginStage.Compiled("OlderTorchLibrary"), "OlderTorchLibrary.dll")));

    [TestMethod]
    public void FirstMissing_GoodPlugin_IsNone() =>
        Assert.IsNull(FirstMissing(Path.Combine(PluginStage.Compiled("GoodPlugin"), "GoodPlugin.dll")));

    [TestMethod]
    public void FirstMissing_PluginOfAWiderContract_NamesTheMember() => Assert.AreEqual(
        "SslFramework.ComponentRegistration.AddTokenizer",
        FirstMissing(Path.Combine(PluginStage.Compiled("WiderContractPlugin"), "WiderContractPlugin.dll")));

    private static string? FirstMissing(string file)
    {
        using var metadata = new PluginMetadata(File.ReadAllBytes(file));
        return Contract.FirstMissing(metadata.Reader);
    }
}
