namespace SslFramework.Core.Optimization;

/// <summary>How one parameter is fine-tuned.</summary>
/// <param name="Name">Its name in the state dict.</param>
/// <param name="Value">The parameter.</param>
/// <param name="Scale">Its share of the learning rate.</param>
/// <param name="WeightDecay">Its weight decay.</param>
public sealed record TunedParameter(string Name, Parameter Value, double Scale, double WeightDecay);
