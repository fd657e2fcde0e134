namespace SslFramework.Engine.Data.Annotated;

/// <summary>The set of classes that the objects of an image make.</summary>
internal static class ObjectClassSet
{
    /// <summary>The classes, ascending; −1 − c for a class whose objects are all hard to see, so that it does not count.</summary>
    public static IReadOnlyList<int> ClassSet(this ImageObjects objects) =>
        [.. objects.Objects.GroupBy(one => one.Class).OrderBy(group => group.Key)
            .Select(group => group.All(one => one.Difficult) ? -1 - group.Key : group.Key)];
}
