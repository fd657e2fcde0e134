using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations;

/// <summary>
/// An image on its way to become a view. It stays in the source's bytes until a step needs numbers, so that a crop
/// reads its own pixels only; from then on it is float32 in [0, 1], channel by channel.
/// </summary>
public ref struct ViewImage
{
    private readonly ImagePixels source;
    private readonly ViewScratch scratch;
    private readonly Span<float> destination;
    private Span<float> current;
    private Place place = Place.Source;

    /// <summary>Begins with a decoded image.</summary>
    /// <param name="source">The decoded image.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">Where the finished view will be; used on the way, too.</param>
    public ViewImage(ImagePixels source, ViewScratch scratch, Span<float> destination)
    {
        this.source = source;
        this.scratch = scratch;
        this.destination = destination;
        (Height, Width) = (source.Height, source.Width);
    }

    private enum Place
    {
        Source,
        Destination,
        Front,
        Back,
    }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public readonly int Channels => source.Channels;

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>C·H·W numbers, channel by channel, row by row; change them in place.</summary>
    public Span<float> Pixels
    {
        get
        {
            if (place == Place.Source)
            {
                Crop(new PixelBox(0, 0, Height, Width), Border.Zero);
            }

            return current;
        }
    }

    /// <summary>H·W numbers of one channel; change them in place.</summary>
    public Span<float> Plane(int channel) => Pixels.Slice(channel * Height * Width, Height * Width);

    /// <summary>Memory for a kernel's own use; its content is anything.</summary>
    public readonly Span<float> Spare(int length) => scratch.Spare(length);

    /// <summary>Cuts a rectangle out and resizes it.</summary>
    /// <param name="box">Inside the image.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How.</param>
    public void Resample(PixelBox box, ImageSize size, Interpolation interpolation)
    {
        var target = Target(size, out var next);
        if (place == Place.Source)
        {
            Resampler.Resample(source, box, size, interpolation, scratch.Resampling, target);
        }
        else
        {
            Resampler.Resample(current, new ImageSize(Height, Width), box, size, interpolation, scratch.Resampling, target);
        }

        Become(target, next, size);
    }

    /// <summary>Cuts a rectangle out, which may reach beyond the image.</summary>
    public void Crop(PixelBox box, Border border)
    {
        var size = new ImageSize(box.Height, box.Width);
        var target = Target(size, out var next);
        if (place == Place.Source)
        {
            Cropper.Crop(source, box, border, target);
        }
        else
        {
            Cropper.Crop(current, new ImageSize(Height, Width), box, border, target);
        }

        Become(target, next, size);
    }

    /// <summary>Leaves the finished view in its destination.</summary>
    /// <exception cref="InvalidOperationException">A step made another size than it had said.</exception>
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

    // What has the view's size is written straight into its place, which the last change of size thus reaches without a copy.
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

    private void Become(Span<float> pixels, Place next, ImageSize size)
    {
        current = pixels;
        place = next;
        (Height, Width) = (size.Height, size.Width);
    }
}
