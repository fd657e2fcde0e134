using SslFramework.Plugins.CPC;

namespace SslFramework.Tests.Plugins.CPC;

/// <summary>Builds grids of patches around a network that is there.</summary>
internal sealed class PatchGrids(IBackbone inner) : IComponentFactory
{
    public static PatchGridBackbone Of(IBackbone inner, int patchSize = 8, int stride = 4, bool wholeImages = false)
    {
        var component = new Component<IBackbone>(new ComponentDescriptor("inner", typeof(IBackbone), inner.GetType(), typeof(NoOptions)), new NoOptions());
        var options = new PatchGridOptions { Inner = component, PatchSize = patchSize, Stride = stride, WholeImages = wholeImages };
        return new PatchGridBackbone(options, new PatchGrids(inner), new DataInfo(10, inner.Channels));
    }

    public TService Create<TService>(Component<TService> component, params object[] extras)
        where TService : class => (TService)inner;
}
