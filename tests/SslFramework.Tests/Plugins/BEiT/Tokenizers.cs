using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.BEiT;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins.BEiT;

/// <summary>BEiT with tokenizers for tests.</summary>
internal static class Tokenizers
{
    /// <summary>With clusters of patches.</summary>
    public static BeitObjective Beit(VisionTransformerOptions encoder, BeitOptions options, int vocabulary, int channels = 1, int images = 8) =>
        Beit(encoder, options, patches => new PatchKMeans(new() { Vocabulary = vocabulary, Iterations = 3 }, patches, new DataInfo(images, channels)), channels);

    /// <summary>With a tokenizer of one's own.</summary>
    public static BeitObjective Beit(VisionTransformerOptions encoder, BeitOptions options, Func<TokenizedPatches, ITokenizer> make, int channels = 1)
    {
        var data = new DataInfo(8, channels);
        var component = new Component<ITokenizer>(new ComponentDescriptor("made", typeof(ITokenizer), typeof(ITokenizer), typeof(NoOptions)), new NoOptions());
        return new BeitObjective(
            options with { Tokenizer = component }, new TestBackbones(() => new VisionTransformer(encoder, data)), new Made(make), data);
    }

    private sealed class Made(Func<TokenizedPatches, ITokenizer> make) : IComponentFactory
    {
        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class => (TService)make(extras.OfType<TokenizedPatches>().Single());
    }
}
