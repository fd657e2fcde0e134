using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
internal class TransformerBlockTests
{
    [TestMethod]
    public void Forward_InBfloat16_HasTheOutputAndGradientsOfFloat32()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var block = new TransformerBlock(32, heads: 4);
        var (tokens, weights) = (randn(3, 7, 32), randn(3, 7, 32));

        var (exact, exactGradients) = Run(half: false);
        var (rounded, roundedGradients) = Run(half: true);

        Assert.IsLessThan(0.01, Distance(rounded, exact)); // bfloat16 has 8 bits
        foreach (var (ours, expected) in roundedGradients.Zip(exactGradients))
        {
            Assert.IsLessThan(0.03, Distance(ours, expected));
        }

        (Tensor Output, List<Tensor> Gradients) Run(bool half)
        {
            block.zero_grad();
            Tensor output;
            using (half ? Autocast.On(DeviceType.CPU, ScalarType.BFloat16) : null)
            {
                output = block.call(tokens);
            }

            (output * weights).sum().backward();
            return (output.detach(), [.. block.parameters().Select(parameter => parameter.grad!.clone())]);
        }
    }

    private static double Distance(Tensor ours, Tensor expected) => ((ours - expected).norm() / expected.norm()).ToDouble();
}
