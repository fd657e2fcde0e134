using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine.Evaluation;

namespace SslFramework.Tests.Engine.Evaluation;

[TestClass]
public class EvaluatorRegistrationTests
{
    [TestMethod]
    public void Components_OfEvaluation_HaveTheirNames()
    {
        using var services = new ServiceCollection().AddEvaluators().BuildServiceProvider();
        string[] names =
        [
            "attentive-probe", "diagnostics", "fine-tune", "knn", "linear-probe", "logistic", "low-shot", "patch-clusters", "patch-knn", "retrieval",
            "segmentation-probe", "set-probe",
        ];
        CollectionAssert.AreEqual(names, services.GetServices<ComponentDescriptor>().Select(d => d.Name).Order(StringComparer.Ordinal).ToArray());
    }
}
