namespace SslFramework.Plugins.Rotation;

/// <summary>Options of <see cref="RotationObjective"/>.</summary>
public sealed record RotationOptions
{
    /// <summary>
    /// Whether a batch has all four rotations of each image, which the paper found clearly better, or one drawn at random.
    /// </summary>
    public TurnChoice Turns { get; init; } = TurnChoice.All;
}

/// <summary>The rotations of an image that a batch contains.</summary>
public enum TurnChoice
{
    /// <summary>All four; the batch that the backbone sees is four times as large.</summary>
    All,

    /// <summary>One, drawn again in every epoch.</summary>
    One,
}
