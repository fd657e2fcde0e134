using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Optimization;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
internal class OptimizerRegistrationTests
{
    [TestMethod]
    public void Components_WithTheirDefaults_CanAllBeCreated()
    {
        using var services = new ServiceCollection().AddOptimizers().BuildServiceProvider();
        var parameters = new NamedParameters([("weight", new Parameter(zeros([2])))]);
        var descriptors = services.GetServices<ComponentDescriptor>().ToList();

        foreach (var descriptor in descriptors)
        {
            var options = Activator.CreateInstance(descriptor.Options)!;
            object[] extras = descriptor.Service == typeof(IOptimizer) ? [options, parameters]
                : descriptor.Service == typeof(ISchedule) ? [options, new RunLength(200, 256)]
                : [options];
            Assert.IsNotNull(ActivatorUtilities.CreateInstance(services, descriptor.Implementation, extras));
        }

        string[] names = ["adamw", "cosine", "lars", "sgd", "steps"];
        CollectionAssert.AreEqual(names, descriptors.Select(d => d.Name).Order(StringComparer.Ordinal).ToArray());
    }
}
