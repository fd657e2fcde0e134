using System.Numerics;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>A change of every value by itself.</summary>
internal interface IValueChange
{
    /// <summary>Returns the new values.</summary>
    Vector<float> Of(Vector<float> values);
}

/// <summary>A change of every pixel by itself.</summary>
internal interface IPixelChange
{
    /// <summary>Replaces the values by the new ones.</summary>
    void Of(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue);
}

/// <summary>
/// Changes values or pixels, one vector at a time; a rest that does not fill a vector is padded, so that no formula is written twice.
/// </summary>
internal static class Elementwise
{
    /// <summary>Changes values in place.</summary>
    public static void Change<T>(Span<float> values, T change)
        where T : struct, IValueChange
    {
        ref var start = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            change.Of(Vector.LoadUnsafe(ref start, (nuint)i)).StoreUnsafe(ref start, (nuint)i);
        }

        if (i < values.Length)
        {
            Store(change.Of(Padded(values[i..])), values[i..]);
        }
    }

    /// <summary>Changes pixels in place; the three spans are equally long.</summary>
    public static void Change<T>(Span<float> red, Span<float> green, Span<float> blue, T change)
        where T : struct, IPixelChange
    {
        ref var redStart = ref MemoryMarshal.GetReference(red);
        ref var greenStart = ref MemoryMarshal.GetReference(green[..red.Length]);
        ref var blueStart = ref MemoryMarshal.GetReference(blue[..red.Length]);
        var i = 0;
        for (; i <= red.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var r = Vector.LoadUnsafe(ref redStart, (nuint)i);
            var g = Vector.LoadUnsafe(ref greenStart, (nuint)i);
            var b = Vector.LoadUnsafe(ref blueStart, (nuint)i);
            change.Of(ref r, ref g, ref b);
            r.StoreUnsafe(ref redStart, (nuint)i);
            g.StoreUnsafe(ref greenStart, (nuint)i);
            b.StoreUnsafe(ref blueStart, (nuint)i);
        }

        if (i < red.Length)
        {
            var r = Padded(red[i..]);
            var g = Padded(green[i..]);
            var b = Padded(blue[i..]);
            change.Of(ref r, ref g, ref b);
            Store(r, red[i..]);
            Store(g, green[i..]);
            Store(b, blue[i..]);
        }
    }

    /// <summary>Fewer values than a vector has, filled up with zeros.</summary>
    public static Vector<float> Padded(ReadOnlySpan<float> values)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Clear();
        values.CopyTo(padded);
        return new Vector<float>(padded);
    }

    private static void Store(Vector<float> vector, Span<float> values)
    {
        Span<float> all = stackalloc float[Vector<float>.Count];
        vector.CopyTo(all);
        all[..values.Length].CopyTo(values);
    }
}
