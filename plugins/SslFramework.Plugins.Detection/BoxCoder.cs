namespace SslFramework.Plugins.Detection;

/// <summary>
/// Writes a box as its difference to another: the way between their middles in sides of the other, and logarithms of how much larger it
/// is. Girshick et al. 2014, https://arxiv.org/abs/1311.2524
/// </summary>
/// <param name="place">Factor on the differences of places.</param>
/// <param name="size">Factor on those of sizes.</param>
internal sealed class BoxCoder(double place, double size)
{
    /// <summary>Numbers per box.</summary>
    public const int Length = 4;

    private static readonly double MostGrowth = Math.Log(1000.0 / 16); // so that no box is infinite

    /// <summary>The coder of proposals.</summary>
    public static BoxCoder OfProposals { get; } = new(1, 1);

    /// <summary>The coder of detections, whose numbers become as large as those of a loss of classes.</summary>
    public static BoxCoder OfDetections { get; } = new(10, 5);

    /// <summary>Writes a box as a difference.</summary>
    /// <param name="from">The other box.</param>
    /// <param name="to">The box.</param>
    /// <param name="deltas">Receives four numbers.</param>
    public void Encode(Box from, Box to, Span<float> deltas)
    {
        deltas[0] = (float)(place * (MiddleX(to) - MiddleX(from)) / from.Width);
        deltas[1] = (float)(place * (MiddleY(to) - MiddleY(from)) / from.Height);
        deltas[2] = (float)(size * Math.Log(to.Width / from.Width));
        deltas[3] = (float)(size * Math.Log(to.Height / from.Height));
    }

    /// <summary>The box of a difference.</summary>
    /// <param name="from">The other box.</param>
    /// <param name="deltas">Four numbers.</param>
    public Box Decode(Box from, ReadOnlySpan<float> deltas)
    {
        var width = from.Width * Math.Exp(Math.Min(deltas[2] / size, MostGrowth));
        var height = from.Height * Math.Exp(Math.Min(deltas[3] / size, MostGrowth));
        var (x, y) = (MiddleX(from) + (deltas[0] / place * from.Width), MiddleY(from) + (deltas[1] / place * from.Height));
        return new(x - (width / 2), y - (height / 2), width, height);
    }

    private static double MiddleX(Box box) => box.Left + (box.Width / 2);

    private static double MiddleY(Box box) => box.Top + (box.Height / 2);
}
