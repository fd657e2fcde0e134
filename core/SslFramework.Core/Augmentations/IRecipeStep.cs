namespace SslFramework.Core.Augmentations;

/// <summary>One step of a recipe: a random change to one image. Thread-safe, without state of its own.</summary>
public interface IRecipeStep
{
    /// <summary>Returns what images are like after this step. Called once, when the recipe is built.</summary>
    /// <exception cref="ExperimentException">The step cannot work on such images; the sentence names the step and the remedy.</exception>
    ImageTraits After(ImageTraits before);

    /// <summary>
    /// The part of an image that the step reads if it is the first of its recipe: all of it, unless a step overrides this.
    /// </summary>
    /// <param name="image">The image's size.</param>
    /// <param name="random">The step's own stream for this view, the same that <see cref="Apply"/> gets.</param>
    /// <returns>A rectangle inside the image.</returns>
    PixelBox Needed(ImageSize image, ref SampleRandom random) => PixelBox.All(image);

    /// <summary>
    /// How many pixels of an image, both across and down, the step makes one of, if it is the first of its recipe: 1, unless a step
    /// overrides this.
    /// </summary>
    /// <param name="image">The image's size.</param>
    /// <param name="random">The step's own stream for this view, the same that <see cref="Apply"/> gets.</param>
    /// <returns>1 or more.</returns>
    int Reduction(ImageSize image, ref SampleRandom random) => 1;

    /// <summary>Changes the image, or leaves it as it is.</summary>
    /// <param name="image">The image so far.</param>
    /// <param name="random">The step's own stream for this view: however much it draws, other steps draw the same.</param>
    void Apply(ref ViewImage image, ref SampleRandom random);
}
