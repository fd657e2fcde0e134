using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Swin;

/// <summary>Joins each 2×2 places of a map: their channels side by side, a norm, and a linear layer to half of them.</summary>
internal sealed class PatchMerging : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    // Of the four places, as (row, column).
    private static readonly (long Row, long Column)[] Places = [(0, 0), (1, 0), (0, 1), (1, 1)];

    private readonly Linear reduction;
    private readonly LayerNorm norm;

    public PatchMerging(int width)
        : base(nameof(PatchMerging))
    {
        reduction = nn.Linear(4 * width, 2 * width, hasBias: false);
        norm = nn.LayerNorm(4 * width, eps: SwinTransformer.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → [N, 2C, H/2, W/2], rounded up: an odd side is padded with zeros.</summary>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var rows = maps.permute(0, 2, 3, 1); // [N, H, W, C]
        rows = Windows.Pad(rows, 2);
        var (height, width) = (rows.shape[1], rows.shape[2]);
        var joined = cat([.. Places.Select(place => rows.slice(1, place.Row, height, 2).slice(2, place.Column, width, 2))], 3);
        return reduction.Apply(norm.call(joined)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var rows = graph.Permute(input, 0, 2, 3, 1);
        var even = Windows.PadNode(graph, rows, 2);
        var parts = Places.Select(place =>
            graph.Slice(graph.Slice(even, 1, place.Row, long.MaxValue, step: 2), 2, place.Column, long.MaxValue, step: 2));
        return graph.Permute(graph.Add(reduction, graph.Add(norm, graph.Node("Concat", [.. parts], ("axis", 3L)))), 0, 3, 1, 2);
    }
}
