namespace SslFramework.Plugins.Rotation;

/// <summary>Options of <see cref="RotationObjective"/>.</summary>
public sealed record RotationOptions
{
    /// <summary>All four turns of each image in one batch, which the paper found clearly better, or one drawn at random.</summary>
    public TurnChoice Turns { get; init; } = TurnChoice.All;
}

/// <summary>Which turns of an image a batch holds.</summary>
public enum TurnChoice
{
    /// <summary>All four; the batch that the backbone sees is four times as large.</summary>
    All,

    /// <summary>One, drawn anew in every epoch.</summary>
    One,
}
