namespace SslFramework;

/// <summary>
/// A component that an experiment names, with its options bound and checked: <c>{ "name": "resnet18", "width": 16 }</c>.
/// Options records ask for one by having a property of this type.
/// </summary>
/// <typeparam name="TService">The contract, such as <see cref="IBackbone"/>.</typeparam>
/// <param name="Descriptor">The registered component.</param>
/// <param name="Options">An instance of its options record.</param>
public sealed record Component<TService>(ComponentDescriptor Descriptor, object Options)
    where TService : class
{
    /// <summary>
    /// The file of weights from which a backbone starts, of any layout that <c>ssl import</c> knows or of this backbone's own keys; null
    /// for random weights. Of other components it is null.
    /// </summary>
    [FilePath]
    public string? Weights { get; init; }
}
