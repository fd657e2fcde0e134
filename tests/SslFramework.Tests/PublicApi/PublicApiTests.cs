using System.Reflection;
using PublicApiGenerator;
using SslFramework.Core.Tensors;
using SslFramework.Engine;
using SslFramework.Testing;

namespace SslFramework.Tests.PublicApi;

/// <summary>The public members of the packages are those approved: what is taken away or changed asks for a new major version.</summary>
[TestClass]
internal class PublicApiTests
{
    public static IEnumerable<object[]> Packages => new[] { typeof(IPlugin), typeof(StateDict), typeof(ObjectiveContract) }.Select(type => new object[] { type });

    [TestMethod]
    [DynamicData(nameof(Packages))]
    public void Members_OfAPackage_AreTheApprovedOnes(Type inPackage)
    {
        var assembly = inPackage.Assembly;
        var now = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        var approved = Path.Combine(Repository.Root, "tests", "SslFramework.Tests", "PublicApi", assembly.GetName().Name + ".txt");
        if (Environment.GetEnvironmentVariable("SSL_APPROVE") == "1")
        {
            File.WriteAllText(approved, now);
        }

        Assert.AreEqual(File.ReadAllText(approved), now, "where this is meant, run the test once with SSL_APPROVE=1 and look at the difference");
    }
}
