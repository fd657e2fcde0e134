using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Core.Tensors;

/// <summary>
/// RoIAlign: the part of a map that a box covers, resampled bilinearly to a fixed size. He et al. 2017, https://arxiv.org/abs/1703.06870
/// </summary>
/// <remarks>
/// The places that are read form a grid, and bilinear weights are products of one per row and one per column. So a box takes two matrix
/// products, W_y · F · W_xᵀ, over the few rows and columns that it needs. A gradient of our own adds to those rows and columns alone:
/// libtorch's for a part of a map would write a whole map of zeros per box.
/// </remarks>
public static class RoiAlign
{
    /// <summary>Resamples the boxes' parts of the maps.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    /// <param name="boxes">R boxes.</param>
    /// <param name="options">What comes out, and how.</param>
    /// <returns>[R, C, side, side], in float32 at least.</returns>
    public static Tensor Pool(Tensor maps, IReadOnlyList<BoxOfImage> boxes, RoiAlignOptions options)
    {
        var grids = new RoiGrids(boxes, options, new((int)maps.shape[2], (int)maps.shape[3]));
        using var scope = NewDisposeScope();
        using var full = Autocast.Pause(maps.device_type);
        var rows = maps.AtLeastFloat32().permute(0, 2, 3, 1).contiguous(); // [N, H, W, C]: rows of a box are rows of a matrix
        return Function.Run(rows, grids).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    private sealed class Function : ScopedFunction<Function>
    {
        private const string GridsKey = "grids";
        private const string ShapeKey = "shape";

        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
        {
            var (maps, grids) = ((Tensor)arguments[0], (RoiGrids)arguments[1]); // [N, H, W, C]
            context.save_data(GridsKey, grids);
            context.save_data(ShapeKey, maps.shape);
            using var gradient = no_grad();
            var (side, channels) = (grids.Side, maps.shape[3]);
            var pooled = zeros([grids.Boxes.Count, side, side, channels], maps.dtype, maps.device);
            using var scope = NewDisposeScope();
            var weights = grids.Weights(maps.dtype, maps.device);
            foreach (var box in grids.Boxes.Where(box => !box.IsEmpty))
            {
                using var step = NewDisposeScope();
                var part = Part(maps, box).flatten(1); // [h, w·C]
                var high = box.RowWeights(weights, side).mm(part).view(side, box.Width, channels); // [side, w, C]
                pooled[box.Number].copy_(box.ColumnWeights(weights, side).expand(side, side, box.Width).bmm(high));
            }

            return pooled; // [R, side, side, C]
        }

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient)
        {
            var grids = (RoiGrids)context.get_data(GridsKey);
            var maps = zeros((long[])context.get_data(ShapeKey), gradient.dtype, gradient.device); // [N, H, W, C]
            try
            {
                using var none = no_grad();
                using var scope = NewDisposeScope();
                var (side, channels) = (grids.Side, gradient.shape[3]);
                var (weights, pooled) = (grids.Weights(gradient.dtype, gradient.device), gradient.contiguous());
                foreach (var box in grids.Boxes.Where(box => !box.IsEmpty))
                {
                    using var step = NewDisposeScope();
                    var wide = box.ColumnWeights(weights, side).t().expand(side, box.Width, side).bmm(pooled[box.Number]); // [side, w, C]
                    Part(maps, box).flatten(1).addmm_(box.RowWeights(weights, side).t(), wide.view(side, box.Width * channels), 1, 1);
                }
            }
            catch (Exception e)
            {
                BackwardFailure.Keep("The gradient of RoIAlign", e);
            }

            return [maps, null!];
        }

        /// <summary>A view of the pixels that a box needs: [h, w, C], of which the last two lie together.</summary>
        private static Tensor Part(Tensor maps, RoiGrids.Grid box) =>
            maps[box.Image].narrow(0, box.Top, box.Height).narrow(1, box.Left, box.Width);
    }
}
