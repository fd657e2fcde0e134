namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// COCO's images with LVIS's annotations, whose images are named by the last two parts of their addresses, such as
/// <c>train2017/000000391895.jpg</c>. Gupta, Dollár and Girshick 2019, https://arxiv.org/abs/1908.03195
/// </summary>
internal sealed class LvisSource(CocoOptions options) : CocoSource(options, CocoFlavor.Lvis);
