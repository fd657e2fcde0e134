namespace SslFramework.Core.Tensors;

/// <summary>Which pixels of a map each box of a <see cref="RoiAlign"/> reads, and with which weights.</summary>
internal sealed class RoiGrids
{
    private readonly List<double> weights = []; // of all boxes, so that a GPU gets them at once

    /// <summary>Finds them.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="options">What comes out, and how.</param>
    /// <param name="map">Rows and columns of the map.</param>
    public RoiGrids(IReadOnlyList<BoxOfImage> boxes, RoiAlignOptions options, ImageSize map)
    {
        Side = options.Side;
        var grids = new Grid[boxes.Count];
        foreach (var (number, (image, box)) in boxes.Index())
        {
            var at = weights.Count;
            var (top, height) = Axis(box.Top, box.Bottom, map.Height, options);
            var (left, width) = Axis(box.Left, box.Right, map.Width, options);
            grids[number] = new(number, image, top, height, left, width, at);
        }

        Boxes = grids;
    }

    /// <summary>Rows and columns that come out.</summary>
    public int Side { get; }

    /// <summary>A grid per box.</summary>
    public IReadOnlyList<Grid> Boxes { get; }

    /// <summary>All weights, one box after the other.</summary>
    public Tensor Weights(ScalarType type, Device device) => tensor(weights.ToArray()).to(type, device);

    /// <summary>Adds the weights of one direction, [side, length], and says which pixels they are of.</summary>
    private (int First, int Length) Axis(double low, double high, int pixels, RoiAlignOptions options)
    {
        var start = (low * options.Scale) - (options.Aligned ? 0.5 : 0);
        var extent = ((high * options.Scale) - (low * options.Scale)) is var plain && options.Aligned ? plain : Math.Max(plain, 1);
        var cell = extent / Side;
        var samples = options.SamplingRatio > 0 ? options.SamplingRatio : (int)Math.Ceiling(cell);
        var dense = new double[Side, pixels];
        var (first, last) = (pixels, -1);
        for (var i = 0; i < Side * samples; i++)
        {
            var place = start + (i / samples * cell) + ((i % samples + 0.5) * cell / samples);
            if (!(place >= -1 && place <= pixels))
            {
                continue; // beyond the edge by more than a pixel there is nothing
            }

            place = Math.Clamp(place, 0, pixels - 1);
            var (before, after) = ((int)place, Math.Min((int)place + 1, pixels - 1));
            dense[i / samples, before] += (1 - (place - before)) / samples;
            dense[i / samples, after] += (place - before) / samples;
            (first, last) = (Math.Min(first, before), Math.Max(last, after));
        }

        for (var i = 0; i < Side; i++)
        {
            for (var pixel = first; pixel <= last; pixel++)
            {
                weights.Add(dense[i, pixel]);
            }
        }

        return (first, Math.Max(0, last - first + 1));
    }

    /// <summary>The pixels of the map that a box reads.</summary>
    internal sealed record Grid(int Number, int Image, int Top, int Height, int Left, int Width, int At)
    {
        /// <summary>Whether it lies outside of the map.</summary>
        public bool IsEmpty => Height == 0 || Width == 0;

        /// <summary>[side, height].</summary>
        public Tensor RowWeights(Tensor all, int side) => all.narrow(0, At, side * Height).view(side, Height);

        /// <summary>[side, width].</summary>
        public Tensor ColumnWeights(Tensor all, int side) => all.narrow(0, At + (side * Height), side * Width).view(side, Width);
    }
}
