namespace SslFramework.Core.Backbones;

/// <summary>A part of a <see cref="StagedNetwork"/>, at the end of which it gives maps.</summary>
/// <param name="Name">Its name among the network's layers.</param>
/// <param name="Modules">What runs, in order: maps [N, C, H, W] → maps.</param>
/// <param name="Channels">Channels of the maps that it gives.</param>
/// <param name="Stride">Pixels of its input per pixel of its maps, 1 or more.</param>
public sealed record NetworkStage(string Name, IReadOnlyList<nn.Module<Tensor, Tensor>> Modules, int Channels, int Stride = 1);
