using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Backbones;

namespace SslFramework.Tests.Core.Backbones;

[TestClass]
public class BackboneComponentsTests
{
    [TestMethod]
    public void AddBackbones_EveryConstructor_TakesItsOptionsAndTheData()
    {
        var services = new ServiceCollection().AddBackbones().AddSingleton(new DataInfo(10, 1)).BuildServiceProvider();
        var names = services.GetServices<ComponentDescriptor>().Select(d => d.Name).ToArray();

        foreach (var descriptor in services.GetServices<ComponentDescriptor>().Where(d => d.Name is "resnet18" or "vit-tiny" or "exemplar-cnn" or "rotnet-nin"))
        {
            var backbone = (IBackbone)ActivatorUtilities.CreateInstance(
                services, descriptor.Implementation, Activator.CreateInstance(descriptor.Options)!);
            Assert.AreEqual(1, backbone.Channels, descriptor.Name);
            backbone.Module.Dispose();
        }

        CollectionAssert.AreEquivalent(
            new[]
            {
                "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnet161", "resnet200", "resnext50", "wide-resnet50", "vit", "vit-tiny", "vit-small", "vit-base", "vit-large", "vit-huge",
                "alexnet", "context-alexnet", "exemplar-cnn", "jigsaw-alexnet", "rotnet-alexnet", "rotnet-nin", "color-streams",
            },
            names);
    }
}
