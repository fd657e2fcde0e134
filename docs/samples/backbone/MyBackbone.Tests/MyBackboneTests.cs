using Microsoft.VisualStudio.TestTools.UnitTesting;
using SslFramework;
using SslFramework.Testing;

namespace MyBackbone.Tests;

[TestClass]
public class MyBackboneTests
{
    /// <summary>Names, layers, features, saving and memory, each with a sentence if something is wrong.</summary>
    [TestMethod]
    public void Backbone_KeepsTheContract() => new BackboneContract(
        () => new MyBackbone(new MyBackboneOptions { Width = 8, Depth = 2, DropPath = 0.2 }, new DataInfo(100, 3)), new ViewShape(3, 16, 16)).Verify();
}
