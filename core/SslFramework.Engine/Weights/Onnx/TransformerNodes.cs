using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Onnx;

namespace SslFramework.Engine.Weights.Onnx;

/// <summary>The nodes of a vision transformer.</summary>
internal static class TransformerNodes
{
    /// <returns>The name of the node that gives the features.</returns>
    public static string Add(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights, VisionTransformer network)
    {
        var (dimension, heads) = ((long)network.TokenDimension, (long)network.Heads);
        var tokenCount = network.PrefixTokens + ((long)network.GridRows * network.GridColumns);
        var patches = graph.Node(
            "Conv", [OnnxGraph.Input, Weight("patch_embed.proj.weight"), Weight("patch_embed.proj.bias")],
            ("kernel_shape", new long[] { network.PatchSize, network.PatchSize }),
            ("strides", new long[] { network.PatchSize, network.PatchSize }));
        var columns = graph.Node("Reshape", [patches, graph.Numbers(0, dimension, -1)]); // [N, D, L]
        var x = graph.Node("Transpose", [columns], ("perm", new long[] { 0, 2, 1 })); // [N, L, D]
        x = network.Options.ClassToken ? graph.Node("Concat", [ForEachImage("cls_token", 1), x], ("axis", 1L)) : x; // [N, 1 + L, D]
        x = network.Options.Positions == PositionKind.None ? x : graph.Node("Add", [x, Weight("pos_embed")]);
        if (network.Options.RegisterTokens is > 0 and var registers)
        {
            var first = network.Options.ClassToken ? 1L : 0L;
            string[] classToken = first == 0 ? [] : [Cut(0, 1)];
            x = graph.Node("Concat", [.. classToken, ForEachImage("reg_token", registers), Cut(first, long.MaxValue)], ("axis", 1L));
        }

        for (var b = 0; b < network.Blocks.Count; b++)
        {
            x = graph.Node("Add", [x, Scaled($"blocks.{b}.ls1", Attention(b, Norm($"blocks.{b}.norm1", x)))]);
            x = graph.Node("Add", [x, Scaled($"blocks.{b}.ls2", FeedForward($"blocks.{b}.mlp.", Norm($"blocks.{b}.norm2", x)))]);
        }

        x = Norm("norm", x);
        if (network.Pooling == TokenPooling.ClassToken)
        {
            return graph.Node("Gather", [x, Scalar(0)], ("axis", 1L));
        }

        var tokens = graph.Node("Slice", [x, graph.Numbers(network.PrefixTokens), graph.Numbers(long.MaxValue), graph.Numbers(1)]);
        return graph.Node("ReduceMean", [tokens], ("axes", new long[] { 1 }), ("keepdims", 0L));

        string ForEachImage(string token, long length)
        {
            var count = graph.Node("Shape", [x], ("start", 0L), ("end", 1L));
            var shape = graph.Node("Concat", [count, graph.Numbers(length, dimension)], ("axis", 0L));
            return graph.Node("Expand", [Weight(token), shape]);
        }

        string Cut(long start, long end) =>
            graph.Node("Slice", [x, graph.Numbers(start), graph.Numbers(end), graph.Numbers(1)]);

        string Scaled(string name, string branch) =>
            weights.ContainsKey($"{name}.gamma") ? graph.Node("Mul", [branch, Weight($"{name}.gamma")]) : branch;

        string Attention(int block, string input)
        {
            var (name, attention) = ($"blocks.{block}.attn.", network.Blocks[block].Attention);
            var joint = Linear($"{name}qkv", input, attention.Biases());
            var split = graph.Node("Reshape", [joint, graph.Numbers(0, 0, 3, heads, dimension / heads)]);
            var all = graph.Node("Transpose", [split], ("perm", new long[] { 2, 0, 3, 1, 4 })); // [3, N, h, L, D/h]
            var scale = graph.Weight("attention_scale", tensor((float)(1 / Math.Sqrt(dimension / (double)heads))));
            var query = graph.Node("Mul", [graph.Node("Gather", [all, Scalar(0)], ("axis", 0L)), scale]);
            var key = graph.Node("Transpose", [graph.Node("Gather", [all, Scalar(1)], ("axis", 0L))], ("perm", new long[] { 0, 1, 3, 2 }));
            var scores = graph.Node("MatMul", [query, key]);
            var biasName = network.Options.RelativePositions == RelativePositionKind.PerBlock ? $"{name}bias" : "attention_bias";
            scores = attention.Bias(tokenCount) is { } bias ? graph.Node("Add", [scores, graph.Weight(biasName, bias)]) : scores;
            var mix = graph.Node("Softmax", [scores], ("axis", -1L));
            var mixed = graph.Node("MatMul", [mix, graph.Node("Gather", [all, Scalar(2)], ("axis", 0L))]); // [N, h, L, D/h]
            var rows = graph.Node("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })); // [N, L, h, D/h]
            return Linear($"{name}proj", graph.Node("Reshape", [rows, graph.Numbers(0, 0, dimension)]));
        }

        // GELU: x/2 · (1 + erf(x/√2)).
        string FeedForward(string name, string input)
        {
            var hidden = Linear($"{name}fc1", input);
            var erf = graph.Node("Erf", [graph.Node("Mul", [hidden, Float("gelu_scale", 1 / Math.Sqrt(2))])]);
            var gate = graph.Node("Mul", [graph.Node("Add", [erf, Float("gelu_one", 1)]), Float("gelu_half", 0.5)]);
            return Linear($"{name}fc2", graph.Node("Mul", [hidden, gate]));
        }

        string Linear(string name, string input, Tensor? bias = null)
        {
            var product = graph.Node("MatMul", [input, graph.Weight($"{name}.weight.transposed", weights[$"{name}.weight"].t())]);
            bias ??= weights.GetValueOrDefault($"{name}.bias");
            return bias is null ? product : graph.Node("Add", [product, graph.Weight($"{name}.bias", bias)]);
        }

        string Norm(string name, string input) => weights.ContainsKey($"{name}.running_mean") ? BatchNorm(name, input) :
            graph.Node("LayerNormalization", [input, Weight($"{name}.weight"), Weight($"{name}.bias")], ("axis", -1L), ("epsilon", 1e-6f));

        // Of tokens [N, L, D], whose channels are not where ONNX' own batch norm looks for them.
        string BatchNorm(string name, string input)
        {
            var scale = weights[$"{name}.weight"] / (weights[$"{name}.running_var"] + 1e-5).sqrt();
            var shift = weights[$"{name}.bias"] - (weights[$"{name}.running_mean"] * scale);
            var scaled = graph.Node("Mul", [input, graph.Weight($"{name}.scale", scale)]);
            return graph.Node("Add", [scaled, graph.Weight($"{name}.shift", shift)]);
        }

        string Weight(string key) => graph.Weight(key, weights[key]);

        string Float(string name, double value) => graph.Weight(name, tensor((float)value));

        string Scalar(long value) => graph.Weight($"index_{value}", tensor(value));
    }
}
