using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
public class TransformerBlockTests
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

    [TestMethod]
    public void BeitsBlock_OutputAndGradients_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("masked.json", "beit_block");
        var window = golden["config"].GetProperty("window_size");
        using var block = new TransformerBlock((int)golden.Config("dim"), (int)golden.Config("num_heads"), new TransformerBlockOptions
        {
            QkvBias = QkvBias.QueryValue,
            LayerScale = golden.Config("init_values"),
            RelativeGrid = new(window[0].GetInt32(), window[1].GetInt32()),
            NormEpsilon = 1e-5,
        });
        golden.SetWeights(block, BeitKey);
        var tokens = golden.Input("tokens").requires_grad_();

        var output = block.call(tokens);
        (output * golden.Input("probe")).sum().backward();

        Golden.AssertStats(golden["output"], output, 1e-7, "output");
        Golden.AssertValues(golden["row0"], output, 1e-7, "first token");
        golden.AssertGradients(("tokens", tokens));
        var ours = block.named_parameters().ToDictionary(p => BeitKey(p.name), p => p.parameter.grad!);
        foreach (var gradient in golden["gradients"].EnumerateObject().Where(gradient => gradient.Name != "tokens"))
        {
            Golden.AssertStats(gradient.Value, ours[gradient.Name], 1e-7, gradient.Name);
        }

        var expected = golden["keys"].EnumerateArray().Select(key => key.GetString()!).Where(key => !key.EndsWith("_index", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(expected.ToArray(), block.state_dict().Keys.Select(BeitKey).ToArray());

        static string BeitKey(string key) => key switch { "ls1.gamma" => "gamma_1", "ls2.gamma" => "gamma_2", _ => key };
    }

    [TestMethod]
    public void RelativeIndex_OfSmallGrids_IsBeits()
    {
        var golden = Golden.Open("masked.json").GetProperty("relative_index");
        foreach (var (rows, columns) in new[] { (2, 2), (2, 3), (3, 2) })
        {
            var expected = golden.GetProperty($"{rows}x{columns}").GetProperty("rows").EnumerateArray()
                .SelectMany(row => row.EnumerateArray().Select(number => number.GetInt64())).ToArray();
            CollectionAssert.AreEqual(expected, new RelativeIndex(rows, columns, classToken: true).Numbers, $"{rows} × {columns}");
            var length = 1 + (rows * columns);
            var patches = expected.Where((_, i) => i >= length && i % length > 0).ToArray();
            CollectionAssert.AreEqual(patches, new RelativeIndex(rows, columns, classToken: false).Numbers, "patches alone");
        }

        var large = golden.GetProperty("14x14");
        var (sum, head) = (large.GetProperty("sum").GetInt64(), large.GetProperty("row_1_head").EnumerateArray().Select(n => n.GetInt64()).ToArray());
        var all = new RelativeIndex(14, 14, classToken: true);
        Assert.AreEqual(732, all.Entries);
        Assert.AreEqual(sum, all.Numbers.Sum());
        CollectionAssert.AreEqual(head, all.Numbers[197..][..head.Length]);
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void Causal_ALaterToken_ChangesNoEarlierOne(bool half, bool relative)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(1);
        using var block = new TransformerBlock(32, 4, new TransformerBlockOptions { Causal = true, RelativeGrid = relative ? new(2, 3) : null });
        var tokens = randn(2, 7, 32);
        var changed = tokens.clone();
        changed[TensorIndex.Colon, 4] *= -1;
        using var autocast = half ? Autocast.On(DeviceType.CPU, ScalarType.BFloat16) : null;

        var difference = (block.call(tokens) - block.call(changed)).abs().amax([0, 2]).gt(1e-3).data<bool>().ToArray();

        CollectionAssert.AreEqual(new[] { false, false, false, false, true, true, true }, difference);
    }

    [TestMethod]
    [DataRow(true, QkvBias.QueryValue, false)]
    [DataRow(true, QkvBias.None, true)]
    [DataRow(false, QkvBias.All, true)]
    public void Forward_WithAttentionsOptionsInBfloat16_HasTheOutputAndGradientsOfFloat32(bool relative, QkvBias bias, bool causal)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var block = new TransformerBlock(
            32, 4, new TransformerBlockOptions { Causal = causal, QkvBias = bias, LayerScale = 0.5, RelativeGrid = relative ? new(2, 3) : null });
        using (no_grad())
        {
            foreach (var small in block.named_parameters().Where(p => p.parameter.ndim == 1 || p.name.EndsWith("table", StringComparison.Ordinal)))
            {
                small.parameter.add_(randn_like(small.parameter), alpha: 0.5);
            }
        }

        var (tokens, weights) = (randn(3, 7, 32), randn(3, 7, 32));
        Tensor[] exact = Run(half: false), rounded = Run(half: true);
        foreach (var (ours, expected) in rounded.Zip(exact))
        {
            Assert.IsLessThan(0.06, Distance(ours, expected));
        }

        Tensor[] Run(bool half)
        {
            block.zero_grad();
            Tensor output;
            using (half ? Autocast.On(DeviceType.CPU, ScalarType.BFloat16) : null)
            {
                output = block.call(tokens);
            }

            (output * weights).sum().backward();
            return [output.detach(), .. block.parameters().Select(parameter => parameter.grad!.clone())];
        }
    }

    private static double Distance(Tensor ours, Tensor expected) => ((ours - expected).norm() / expected.norm()).ToDouble();
}
