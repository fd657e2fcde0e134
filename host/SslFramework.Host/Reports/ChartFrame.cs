namespace SslFramework.Host.Reports;

/// <summary>Where numbers lie in a chart: both of its axes, in units of the SVG.</summary>
/// <param name="From">The number at the left end of the horizontal axis.</param>
/// <param name="To">The number at its right end.</param>
/// <param name="Up">The vertical axis.</param>
/// <param name="Bottom">Where the horizontal axis lies.</param>
internal sealed record ChartFrame(double From, double To, AxisTicks Up, double Bottom)
{
    public const double Width = 420;
    public const double Height = 260;
    public const double Left = 58;
    public const double Top = 10;

    /// <summary>Where the lines end.</summary>
    public const double End = Width - 16; // half a number of four digits

    /// <summary>From the left.</summary>
    public double X(double x) => Left + ((x - From) / (To - From) * (End - Left));

    /// <summary>From above.</summary>
    public double Y(double y) => Bottom - ((y - Up.Low) / (Up.High - Up.Low) * (Bottom - Top));

    /// <summary>Whether a number lies on the horizontal axis.</summary>
    public bool Holds(double x) => x >= From - 1e-9 && x <= To + 1e-9;
}
