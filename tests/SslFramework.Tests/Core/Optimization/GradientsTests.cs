using SslFramework.Core.Optimization;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
internal class GradientsTests
{
    [TestMethod]
    public void ClipNorm_LongGradient_IsShortenedInAll()
    {
        using var scope = NewDisposeScope();
        var parameters = Made([3, 0], [0, 4, 0]);

        using var before = Gradients.ClipNorm(parameters, 1);

        Assert.AreEqual(5, before.item<float>(), 1e-6);
        Assert.AreEqual(1, Gradients.Norm(parameters).item<float>(), 1e-5);
        Assert.AreEqual(0.6f, parameters[0].grad![0].item<float>(), 1e-5);
    }

    [TestMethod]
    public void ClipNorm_ShortGradient_IsUntouched()
    {
        using var scope = NewDisposeScope();
        var parameters = Made([0.3f, 0], [0, 0.4f]);

        Gradients.ClipNorm(parameters, 1);

        CollectionAssert.AreEqual(new[] { 0.3f, 0 }, parameters[0].grad!.data<float>().ToArray());
    }

    [TestMethod]
    public void ClipNorm_NoGradients_IsZero() =>
        Assert.AreEqual(0, Gradients.ClipNorm([new Parameter(zeros([2]))], 1).item<float>());

    [TestMethod]
    public void ClipNorm_NotANumber_ShowsInTheResult()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(float.NaN, Gradients.ClipNorm(Made([float.NaN], [1]), 1).item<float>());
    }

    private static Parameter[] Made(params float[][] gradients) => [.. gradients.Select(gradient =>
    {
        var parameter = new Parameter(zeros([gradient.Length]));
        parameter.grad = tensor(gradient);
        return parameter;
    })];
}
