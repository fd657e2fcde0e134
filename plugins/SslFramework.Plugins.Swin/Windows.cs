using SslFramework.Core.Onnx;

namespace SslFramework.Plugins.Swin;

/// <summary>Maps cut into square windows.</summary>
internal static class Windows
{
    /// <summary>Pads maps with zeros at the right and below, so that both sides are multiples of a number.</summary>
    /// <param name="rows">[N, H, W, C].</param>
    /// <param name="multiple">The number.</param>
    public static Tensor Pad(Tensor rows, int multiple)
    {
        var (below, right) = (Missing(rows.shape[1]), Missing(rows.shape[2]));
        return below + right == 0 ? rows : nn.functional.pad(rows, [0L, 0L, 0L, right, 0L, below]);

        long Missing(long side) => (multiple - (side % multiple)) % multiple;
    }

    /// <summary>Cuts maps into windows.</summary>
    /// <param name="rows">[N, H, W, …], H and W multiples of the windows' side s.</param>
    /// <param name="side">s.</param>
    /// <returns>[N · H/s · W/s, s², C].</returns>
    public static Tensor Cut(Tensor rows, int side)
    {
        var shape = rows.shape;
        return rows.view(shape[0], shape[1] / side, side, shape[2] / side, side, shape[3])
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, side * side, shape[3]);
    }

    /// <summary>Puts windows together again.</summary>
    /// <param name="windows">[N · H/s · W/s, s², C].</param>
    /// <param name="side">s.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>[N, H, W, C].</returns>
    public static Tensor Join(Tensor windows, int side, long height, long width) => windows
        .view(-1, height / side, width / side, side, side, windows.shape[2])
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, height, width, windows.shape[2]);

    /// <summary>
    /// What keeps places apart that lie in one window only since the map was rolled: −100 between places of different parts, else 0.
    /// </summary>
    /// <param name="height">H of the padded map.</param>
    /// <param name="width">W of the padded map.</param>
    /// <param name="side">s.</param>
    /// <param name="shift">By how much rows and columns were rolled.</param>
    /// <param name="device">The device.</param>
    /// <returns>float32 [H/s · W/s, s², s²].</returns>
    public static Tensor Mask(long height, long width, int side, (long Rows, long Columns) shift, Device device)
    {
        var parts = (Parts(height, shift.Rows).unsqueeze(1) * 3) + Parts(width, shift.Columns).unsqueeze(0); // [H, W]
        var cut = Cut(parts.view(1, height, width, 1), side).squeeze(2); // [H/s · W/s, s²]
        return cut.unsqueeze(1).ne(cut.unsqueeze(2)).to(float32) * -100;

        Tensor Parts(long length, long rolled)
        {
            var places = arange(length, device: device);
            return places.ge(length - side).to(int64) + places.ge(length - rolled).to(int64);
        }
    }

    /// <summary>The nodes of <see cref="Pad"/>.</summary>
    public static string PadNode(OnnxGraph graph, string rows, int multiple)
    {
        var rest = graph.Node("Mod", [graph.Sizes(rows, 1, 3), graph.Numbers(multiple)]);
        var missing = graph.Node("Mod", [graph.Node("Sub", [graph.Numbers(multiple), rest]), graph.Numbers(multiple)]);
        return graph.Node("Pad", [rows, graph.Join(0, 0, 0, 0, 0, missing, 0)]);
    }

    /// <summary>The nodes of <see cref="Cut"/>, for maps of so many channels.</summary>
    public static string CutNode(OnnxGraph graph, string rows, int side, long channels)
    {
        var counts = graph.Node("Div", [graph.Sizes(rows, 1, 3), graph.Numbers(side)]);
        var split = graph.Reshape(rows, 0, graph.Slice(counts, 0, 0, 1), side, graph.Slice(counts, 0, 1, 2), side, channels);
        return graph.Reshape(graph.Permute(split, 0, 1, 3, 2, 4, 5), -1, side * side, channels);
    }

    /// <summary>The nodes of <see cref="Join"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="windows">[N · H/s · W/s, s², C].</param>
    /// <param name="side">s.</param>
    /// <param name="channels">C.</param>
    /// <param name="sizes">The node that gives H and W.</param>
    public static string JoinNode(OnnxGraph graph, string windows, int side, long channels, string sizes)
    {
        var counts = graph.Node("Div", [sizes, graph.Numbers(side)]);
        var split = graph.Reshape(windows, -1, counts, side, side, channels);
        return graph.Reshape(graph.Permute(split, 0, 1, 3, 2, 4, 5), -1, sizes, channels);
    }

    /// <summary>The nodes of <see cref="Mask"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="sizes">The node that gives H and W.</param>
    /// <param name="side">s.</param>
    /// <param name="shifts">The nodes that give by how much rows and columns are rolled.</param>
    public static string MaskNode(OnnxGraph graph, string sizes, int side, (string Rows, string Columns) shifts)
    {
        var rows = graph.Reshape(Parts(graph.Slice(sizes, 0, 0, 1), shifts.Rows), 1, -1, 1, 1);
        var columns = graph.Reshape(Parts(graph.Slice(sizes, 0, 1, 2), shifts.Columns), 1, 1, -1, 1);
        var parts = graph.Node("Add", [graph.Node("Mul", [rows, graph.Number(3)]), columns]); // [1, H, W, 1]
        var cut = graph.Reshape(CutNode(graph, parts, side, 1), -1, side * side);
        var same = graph.Node("Equal", [graph.Reshape(cut, -1, 1, side * side), graph.Reshape(cut, -1, side * side, 1)]);
        return graph.Node("Where", [same, graph.Number(0), graph.Number(-100)]);

        string Parts(string length, string shift)
        {
            var scalar = graph.Node("Squeeze", [length]);
            var zero = graph.Node("Squeeze", [graph.Numbers(0)]);
            var places = graph.Node("Range", [zero, scalar, graph.Node("Squeeze", [graph.Numbers(1)])]);
            return graph.Node("Add", [Reached(graph.Numbers(side)), Reached(shift)]);

            string Reached(string before) => graph.Node(
                "Cast", [graph.Node("GreaterOrEqual", [places, graph.Node("Sub", [length, before])])], ("to", 1L));
        }
    }
}
