using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.Swin;

/// <summary>
/// Attention of the places of a window to each other, with learned numbers for their distances. The windows of every second block are
/// half a window further down and to the right.
/// </summary>
internal sealed class WindowAttention : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    [ComponentName(Name = "relative_position_bias_table")]
    private readonly Parameter table; // [(2s − 1)², h]

    private readonly RelativeIndex index;
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly int side;
    private readonly int shift;
    private readonly int heads;

    public WindowAttention(int width, bool isShifted, SwinOptions options)
        : base(nameof(WindowAttention))
    {
        (side, heads) = (options.WindowSize, width / options.HeadDimension);
        shift = isShifted ? side / 2 : 0;
        index = new RelativeIndex(side, side, classToken: false);
        table = index.Table(heads);
        nn.init.normal_(table, 0, SwinTransformer.Deviation);
        (qkv, proj) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
        RegisterComponents();

        // torchvision saves it. Another one computes, because a move to another number type would round this one.
        register_buffer("relative_position_index", tensor(index.Numbers).DetachFromDisposeScope());
    }

    /// <summary>[N, H, W, C] → [N, H, W, C].</summary>
    public override Tensor forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var padded = Windows.Pad(rows, side);
        var (n, height, width) = (padded.shape[0], padded.shape[1], padded.shape[2]);
        var (down, right) = (height > side ? shift : 0, width > side ? shift : 0); // a map of one window has nothing to shift
        var isRolled = down + right > 0;
        var windows = Windows.Cut(isRolled ? padded.roll([-down, -right], [1, 2]) : padded, side); // [N · w, s², C]
        var bias = index.Bias(table); // [1, h, s², s²]
        bias = isRolled ? bias + Windows.Mask(height, width, side, (down, right), rows.device).unsqueeze(1) : bias; // [w, h, s², s²]
        var mixed = proj.Apply(Mix(windows, bias, n));
        var joined = Windows.Join(mixed, side, height, width);
        joined = isRolled ? joined.roll([down, right], [1, 2]) : joined;
        return joined.narrow(1, 0, rows.shape[1]).narrow(2, 0, rows.shape[2]).MoveToOuterDisposeScope();
    }

    /// <summary>softmax(q·kᵀ/√d + b)·v, in products of all heads of all windows at once.</summary>
    private Tensor Mix(Tensor windows, Tensor bias, long images)
    {
        var (count, length, dimension) = (windows.shape[0], windows.shape[1], windows.shape[2]);
        var head = dimension / heads;
        var parts = qkv.Apply(windows).view(count, length, 3, heads, head).permute(2, 0, 3, 1, 4).unbind(0); // 3 of [N · w, h, s², d]
        var queries = (parts[0] * (1 / Math.Sqrt(head))).flatten(0, 1);
        var scores = queries.bmm(parts[1].flatten(0, 1).transpose(1, 2)); // [N · w · h, s², s²]
        scores = scores.view(images, -1, heads, length, length).add_(bias.to(scores.dtype)).view(-1, length, length);
        var mixed = scores.softmax(-1).bmm(parts[2].flatten(0, 1)); // [N · w · h, s², d]
        return mixed.view(count, heads, length, head).transpose(1, 2).reshape(count, length, dimension);
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var (channels, length, head) = (proj.weight.shape[0], (long)side * side, proj.weight.shape[0] / heads);
        var padded = Windows.PadNode(graph, input, side);
        var sizes = graph.Sizes(padded, 1, 3);
        var isLarger = graph.Node("Cast", [graph.Node("Greater", [sizes, graph.Numbers(side)])], ("to", 7L));
        var shifts = graph.Node("Mul", [isLarger, graph.Numbers(shift)]);
        var (down, right) = (graph.Slice(shifts, 0, 0, 1), graph.Slice(shifts, 0, 1, 2));
        var rolled = shift == 0 ? padded : Rolled(Rolled(padded, 1, down), 2, right);
        var bias = graph.Weight($"{input}_bias", index.Bias(table));
        if (shift > 0)
        {
            bias = graph.Node("Add", [bias, graph.Reshape(Windows.MaskNode(graph, sizes, side, (down, right)), -1, 1, length, length)]);
        }

        var joint = graph.Reshape(graph.Add(qkv, Windows.CutNode(graph, rolled, side, channels)), 0, 0, 3, heads, head);
        var all = graph.Permute(joint, 2, 0, 3, 1, 4); // [3, N · w, h, s², d]
        var (query, key, value) = (Part(0), graph.Permute(Part(1), 0, 1, 3, 2), Part(2));
        var scores = graph.Node("MatMul", [graph.Node("Mul", [query, graph.Number(1 / Math.Sqrt(head))]), key]);
        var windows = shift == 0 ? 1L : (object)graph.Sizes(bias, 0, 1);
        scores = graph.Node("Add", [graph.Reshape(scores, -1, windows, heads, length, length), bias]);
        scores = graph.Reshape(graph.Node("Softmax", [scores], ("axis", -1L)), -1, heads, length, length);
        var rows = graph.Reshape(graph.Permute(graph.Node("MatMul", [scores, value]), 0, 2, 1, 3), 0, 0, channels);
        var joined = Windows.JoinNode(graph, graph.Add(proj, rows), side, channels, sizes);
        joined = shift == 0 ? joined : Rolled(Rolled(joined, 1, graph.Node("Neg", [down])), 2, graph.Node("Neg", [right]));
        return graph.Slice(graph.Slice(joined, 1, 0, graph.Sizes(input, 1, 2)), 2, 0, graph.Sizes(input, 2, 3));

        string Part(long number) => graph.Reshape(graph.Slice(all, 0, number, number + 1), -1, heads, length, head);

        // From a place on, then up to it. Of a shift of 0 the whole, and nothing; a negative place counts from the end.
        string Rolled(string maps, long axis, string by) =>
            graph.Node("Concat", [graph.Slice(maps, axis, by, long.MaxValue), graph.Slice(maps, axis, 0, by)], ("axis", axis));
    }
}
