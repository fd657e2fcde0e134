namespace SslFramework.Engine.Data.Annotated;

/// <summary>One scene: items in front of a ground.</summary>
internal sealed class Scene
{
    private const int DrawnAt = 64; // pixels of a side that the sizes of items are meant for
    private const int Smallest = 22;
    private const int Largest = 39;
    private const int Dark = 8; // the levels of an item's surroundings
    private const double LeastVisible = 0.3;
    private const int Visible = 2; // a point that can be seen

    private readonly int side;
    private readonly byte[] owners; // [side · side]: 0 ground, 1 the first item, and so on
    private readonly List<(int Class, int Pixels)> placed = [];

    private Scene(int side, int channels) =>
        (this.side, owners, Levels) = (side, new byte[side * side], new double[side * side * channels]);

    /// <summary>The levels, row by row, the channels of a pixel together; they may be below 0 or above 255.</summary>
    public double[] Levels { get; }

    /// <summary>Draws a scene, which is a function of the random numbers alone.</summary>
    /// <param name="items">Pictures to choose from.</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="random">The scene's.</param>
    public static Scene Draw(IDataSource items, int side, SampleRandom random)
    {
        var scene = new Scene(side, items.Channels);
        scene.DrawGround(items.Channels, ref random);
        var (buffer, count) = (new PixelBuffer(), 1 + random.Next(3));
        for (var i = 0; i < count; i++)
        {
            var number = random.Next(items.Count);
            var width = (Smallest + random.Next(Largest - Smallest + 1)) * side / DrawnAt;
            var (top, left) = (random.Next(side - width + 1), random.Next(side - width + 1));
            var mirrored = random.NextBool(0.5);
            var (gain, lift) = (random.NextDouble(0.6, 1.1), random.NextDouble(0, 40));
            items.Read(number, buffer);
            scene.Place(buffer.Image, new PixelBox(top, left, width, width), mirrored, gain, lift);
            scene.placed[^1] = scene.placed[^1] with { Class = items.Label(number)!.Value };
        }

        return scene;
    }

    /// <summary>
    /// Writes the class of every pixel, 0 for the ground; pixels beside something else count nowhere, because nobody could draw a line
    /// more exactly.
    /// </summary>
    public void WriteMap(Span<byte> map)
    {
        for (var i = 0; i < owners.Length; i++)
        {
            var (y, x) = Math.DivRem(i, side);
            var isInside = (x == 0 || owners[i - 1] == owners[i]) && (x == side - 1 || owners[i + 1] == owners[i])
                && (y == 0 || owners[i - side] == owners[i]) && (y == side - 1 || owners[i + side] == owners[i]);
            map[i] = !isInside ? IAnnotatedSource.Void : owners[i] == 0 ? (byte)0 : (byte)(1 + placed[owners[i] - 1].Class);
        }
    }

    /// <summary>The items of which something can be seen; boxes and masks are of what can be seen.</summary>
    public ImageObjects Objects() =>
        new([.. placed.Index().Select(item => ObjectOf((byte)(item.Index + 1), item.Item)).OfType<AnnotatedObject>()]);

    private void DrawGround(int channels, ref SampleRandom random)
    {
        var level = random.NextDouble(40, 160);
        Span<(double Across, double Down, double Phase, double Amplitude)> gratings = stackalloc (double, double, double, double)[3];
        foreach (ref var grating in gratings)
        {
            var (angle, frequency) = (random.NextDouble(0, Math.PI), random.NextDouble(0.05, 0.9)); // radians per pixel
            grating = (
                frequency * Math.Cos(angle), frequency * Math.Sin(angle), random.NextDouble(0, Math.Tau), random.NextDouble(10, 45));
        }

        for (var i = 0; i < owners.Length; i++)
        {
            var (y, x) = Math.DivRem(i, side);
            var value = level + random.NextDouble(-12, 12);
            foreach (var (across, down, phase, amplitude) in gratings)
            {
                value += amplitude * Math.Sin((across * x) + (down * y) + phase);
            }

            Levels.AsSpan(i * channels, channels).Fill(value);
        }
    }

    private void Place(ImagePixels item, PixelBox box, bool mirrored, double gain, double lift)
    {
        var inside = Inside(item);
        var (channels, pixels, owner) = (item.Channels, 0, (byte)(placed.Count + 1));
        for (var i = 0; i < box.Height * box.Width; i++)
        {
            var (y, x) = Math.DivRem(i, box.Width);
            var from = new Corners(item, y, mirrored ? box.Width - 1 - x : x, box);
            if (from.Mean(inside, 1, 0) < 0.5)
            {
                continue;
            }

            var place = ((box.Top + y) * side) + box.Left + x;
            (owners[place], pixels) = (owner, pixels + 1);
            for (var c = 0; c < channels; c++)
            {
                Levels[(place * channels) + c] = (gain * from.Mean(item.Pixels, channels, c)) + lift;
            }
        }

        placed.Add((0, pixels));
    }

    /// <summary>1 for pixels of the item, else 0: what is bright, or has such pixels on all four sides, as dark clothes have.</summary>
    private static byte[] Inside(ImagePixels item)
    {
        var (height, width) = (item.Height, item.Width);
        var (bright, inside) = (new byte[height * width], new byte[height * width]);
        for (var i = 0; i < bright.Length; i++)
        {
            var pixel = item.Pixels.Slice(i * item.Channels, item.Channels);
            bright[i] = pixel.ContainsAnyExceptInRange((byte)0, (byte)Dark) ? (byte)1 : (byte)0;
        }

        for (var i = 0; i < bright.Length; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            var row = bright.AsSpan(y * width, width);
            var (above, below) = (false, false);
            for (var other = 0; other < height; other++)
            {
                var isBright = bright[(other * width) + x] == 1;
                (above, below) = (above || (isBright && other < y), below || (isBright && other > y));
            }

            var isEnclosed = above && below && row[..x].Contains((byte)1) && row[(x + 1)..].Contains((byte)1);
            inside[i] = bright[i] == 1 || isEnclosed ? (byte)1 : (byte)0;
        }

        return inside;
    }

    private AnnotatedObject? ObjectOf(byte owner, (int Class, int Pixels) item)
    {
        var (top, left, bottom, right, area) = (side, side, -1, -1, 0);
        var runs = new List<int> { 0 };
        for (var i = 0; i < owners.Length; i++)
        {
            var (x, y) = Math.DivRem(i, side); // column by column
            var isOwn = owners[(y * side) + x] == owner;
            if (isOwn)
            {
                (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, x), Math.Max(bottom, y), Math.Max(right, x));
                area++;
            }

            if (isOwn == (runs.Count % 2 == 0))
            {
                runs[^1]++;
            }
            else
            {
                runs.Add(1);
            }
        }

        return area == 0 ? null : new(item.Class, new Box(left, top, right - left + 1, bottom - top + 1))
        {
            Area = area,
            Difficult = area < LeastVisible * item.Pixels,
            Mask = new RunLengthMask(new ImageSize(side, side), runs),
            Keypoints =
            [
                new(Middle(owner, top, byRow: true), top + 0.5, Visible),
                new(Middle(owner, bottom, byRow: true), bottom + 0.5, Visible),
                new(left + 0.5, Middle(owner, left, byRow: false), Visible),
                new(right + 0.5, Middle(owner, right, byRow: false), Visible),
            ],
        };
    }

    /// <summary>The middle between the first and the last pixel of an item in a row or column.</summary>
    private double Middle(byte owner, int line, bool byRow)
    {
        var (first, last) = (side, -1);
        for (var i = 0; i < side; i++)
        {
            if (owners[byRow ? (line * side) + i : (i * side) + line] == owner)
            {
                (first, last) = (Math.Min(first, i), i);
            }
        }

        return (first + last + 1) / 2.0;
    }

    /// <summary>The four pixels of an item around the middle of a pixel of its enlarged picture, and how much each counts.</summary>
    private readonly struct Corners
    {
        private readonly int width;
        private readonly (int Top, int Bottom, double Share) rows;
        private readonly (int Left, int Right, double Share) columns;

        public Corners(ImagePixels item, int y, int x, PixelBox box)
        {
            width = item.Width;
            rows = Between(y, box.Height, item.Height);
            columns = Between(x, box.Width, item.Width);
        }

        public double Mean(ReadOnlySpan<byte> values, int channels, int channel)
        {
            var upper = Row(values, rows.Top, channels, channel);
            return upper + (rows.Share * (Row(values, rows.Bottom, channels, channel) - upper));
        }

        private double Row(ReadOnlySpan<byte> values, int row, int channels, int channel)
        {
            double left = values[(((row * width) + columns.Left) * channels) + channel];
            return left + (columns.Share * (values[(((row * width) + columns.Right) * channels) + channel] - left));
        }

        private static (int First, int Second, double Share) Between(int place, int enlarged, int length)
        {
            var at = Math.Clamp(((place + 0.5) * length / enlarged) - 0.5, 0, length - 1);
            var first = (int)at;
            return (first, Math.Min(first + 1, length - 1), at - first);
        }
    }
}
