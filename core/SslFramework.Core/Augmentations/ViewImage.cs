using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations;

/// <summary>
/// An image on its way to becoming a view. It stays in the source's 8 or 16 bits until a step needs floats, so that a crop reads only
/// its own pixels, and crop, resize and mirror are one operation; from then on it is float32 in [0, 1], channel by channel.
/// </summary>
public ref struct ViewImage
{
    private readonly ImagePixels source;
    private readonly ViewScratch scratch;
    private readonly Span<float> destination;
    private Span<float> current;
    private Place place = Place.Source;

    // The part of the source that will be read, as long as nothing has been.
    private PixelBox box;
    private Interpolation interpolation;
    private bool resampled;
    private bool mirrored;
    private ViewGeometry geometry;

    /// <summary>Starts with a decoded image.</summary>
    /// <param name="source">The decoded image.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">Receives the finished view; also used on the way.</param>
    public ViewImage(ImagePixels source, ViewScratch scratch, Span<float> destination)
    {
        this.source = source;
        this.scratch = scratch;
        this.destination = destination;
        (Height, Width) = (source.Height, source.Width);
        box = new PixelBox(0, 0, Height, Width);
        geometry = new ViewGeometry(0, 0, Width, Height, Mirrored: false) { Image = new(Height, Width) };
    }

    private enum Place
    {
        Source,
        Destination,
        Front,
        Back,
    }

    /// <summary>1 (gray), 3 (red, green, blue) or any other number.</summary>
    public readonly int Channels => source.Channels;

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>The part of the decoded image that is in view; it may reach beyond the image.</summary>
    public readonly ViewGeometry Geometry => geometry;

    /// <summary>C·H·W numbers, channel by channel, row by row; change them in place.</summary>
    public Span<float> Pixels
    {
        get
        {
            if (place == Place.Source)
            {
                var size = new ImageSize(Height, Width);
                var target = Target(size, out var next);
                Resampler.Resample(source, box, size, interpolation, mirrored, scratch.Resampling, target);
                Replace(target, next, size);
            }

            return current;
        }
    }

    /// <summary>H·W numbers of one channel; change them in place.</summary>
    public Span<float> Plane(int channel) => Pixels.Slice(channel * Height * Width, Height * Width);

    /// <summary>Memory for a kernel's own use; its content is undefined.</summary>
    public readonly Span<float> Spare(int length) => scratch.Spare(length);

    /// <summary>Cuts a rectangle out and resizes it.</summary>
    /// <param name="box">A rectangle inside the image.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How pixels are interpolated.</param>
    public void Resample(PixelBox box, ImageSize size, Interpolation interpolation)
    {
        geometry = Cut(box);
        if (place == Place.Source && !resampled)
        {
            this.box = mirrored ? box with { Left = Width - box.Left - box.Width } : box;
            (this.interpolation, resampled) = (interpolation, true);
            (Height, Width) = (size.Height, size.Width);
            return;
        }

        var pixels = Pixels;
        var target = Target(size, out var next);
        Resampler.Resample(pixels, new ImageSize(Height, Width), box, size, interpolation, scratch.Resampling, target);
        Replace(target, next, size);
    }

    /// <summary>Cuts out a rectangle, which may reach beyond the image.</summary>
    public void Crop(PixelBox box, Border border)
    {
        var size = new ImageSize(box.Height, box.Width);
        if (box.IsIn(new ImageSize(Height, Width)) && place == Place.Source && !resampled)
        {
            Resample(box, size, Interpolation.Bilinear); // to its own size, which leaves the pixels as they are
            return;
        }

        geometry = Cut(box);
        var pixels = Pixels;
        var target = Target(size, out var next);
        Cropper.Crop(pixels, new ImageSize(Height, Width), box, border, target);
        Replace(target, next, size);
    }

    /// <summary>Swaps left and right.</summary>
    public void Mirror()
    {
        geometry = geometry with { Mirrored = !geometry.Mirrored };
        if (place == Place.Source)
        {
            mirrored = !mirrored;
            return;
        }

        for (var row = 0; row < current.Length; row += Width)
        {
            current.Slice(row, Width).Reverse();
        }
    }

    /// <summary>Writes the finished view to its destination.</summary>
    /// <exception cref="InvalidOperationException">A step made another size than it had announced.</exception>
    public void Finish()
    {
        var pixels = Pixels;
        if (pixels.Length != destination.Length)
        {
            throw new InvalidOperationException($"The recipe made {pixels.Length} numbers where the view has {destination.Length}.");
        }

        if (place != Place.Destination)
        {
            pixels.CopyTo(destination);
        }
    }

    /// <summary>What a rectangle of what is in view shows.</summary>
    private readonly ViewGeometry Cut(PixelBox box)
    {
        var (down, across) = (geometry.Height / Height, geometry.Width / Width);
        var left = geometry.Mirrored ? Width - box.Left - box.Width : box.Left;
        return geometry with
        {
            Left = geometry.Left + (left * across),
            Top = geometry.Top + (box.Top * down),
            Width = box.Width * across,
            Height = box.Height * down,
        };
    }

    // An image of the view's size is written straight to its destination, so that the last change of size needs no copy.
    private readonly Span<float> Target(ImageSize size, out Place next)
    {
        var length = checked(Channels * size.Height * size.Width);
        next = length == destination.Length && place != Place.Destination ? Place.Destination
            : place == Place.Front ? Place.Back
            : Place.Front;
        return next switch
        {
            Place.Destination => destination,
            Place.Front => scratch.Front(length),
            _ => scratch.Back(length),
        };
    }

    private void Replace(Span<float> pixels, Place next, ImageSize size)
    {
        current = pixels;
        place = next;
        (Height, Width) = (size.Height, size.Width);
    }
}
