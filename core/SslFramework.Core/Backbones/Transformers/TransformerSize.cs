namespace SslFramework.Core.Backbones.Transformers;

/// <summary>The size of a vision transformer that experiments can name.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Dimension">D, the length of a token.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Heads">Attention heads of every block.</param>
internal sealed record TransformerSize(string Name, int Dimension, int Depth, int Heads)
{
    public static readonly TransformerSize Tiny = new("vit-tiny", 192, 12, 3);
    public static readonly TransformerSize Small = new("vit-small", 384, 12, 6);
    public static readonly TransformerSize Base = new("vit-base", 768, 12, 12);
    public static readonly TransformerSize Large = new("vit-large", 1024, 24, 16);
    public static readonly TransformerSize Huge = new("vit-huge", 1280, 32, 16);

    public static readonly TransformerSize[] All = [Tiny, Small, Base, Large, Huge];
}
