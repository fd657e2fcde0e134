namespace SslFramework.Core.Onnx;

/// <summary>
/// A backbone that <c>ssl export</c> can write as ONNX: its nodes lead from images [N, C, H, W] of any size to features [N, D].
/// </summary>
public interface IOnnxBackbone : IBackbone, IOnnxLayer;
