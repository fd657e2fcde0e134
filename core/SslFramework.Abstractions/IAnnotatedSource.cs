namespace SslFramework;

/// <summary>Images of which more is known than a class: the classes of their pixels, or the objects in them. Thread-safe.</summary>
/// <remarks>A source that wraps another must hand its annotations on, or nobody knows of them.</remarks>
public interface IAnnotatedSource : IDataSource
{
    /// <summary>The value of a pixel of a map that counts nowhere: nobody knows its class, or it is of none.</summary>
    const byte Void = 255;

    /// <summary>What is known.</summary>
    AnnotationInfo Annotations { get; }

    /// <summary>Writes the class of every pixel of image <paramref name="index"/>.</summary>
    /// <param name="index">The image.</param>
    /// <param name="destination">
    /// Receives one channel of 8 bits, as many rows and columns as <see cref="IDataSource.Read"/> gives: numbers in
    /// <see cref="AnnotationInfo.MapClasses"/>, or <see cref="Void"/>.
    /// </param>
    /// <exception cref="ExperimentException">The map cannot be read, as in <see cref="IDataSource.Read"/>.</exception>
    void ReadMap(int index, PixelBuffer destination) => throw new NotSupportedException("This source has no maps.");

    /// <summary>The objects in image <paramref name="index"/>.</summary>
    ImageObjects Objects(int index) => ImageObjects.None;

    /// <summary>The classes in image <paramref name="index"/>; −1 − c says that class c does not count there.</summary>
    IReadOnlyList<int> ClassSet(int index) => [];
}
