namespace SslFramework.Core.Processors;

/// <summary>What was done about the caches that libtorch believes in.</summary>
internal enum CacheState
{
    /// <summary>The processor tells of its caches, or libtorch asks it in another way: nothing was done.</summary>
    Sound,

    /// <summary>They are hidden, and libtorch was told what else is known of them.</summary>
    Mended,

    /// <summary>They are hidden, and this libtorch cannot be told; it computes without oneDNN.</summary>
    OneDnnOff,

    /// <summary>They are hidden, and nothing was done, because <see cref="ProcessorCaches.Variable"/> says so or because nothing can be done.</summary>
    Left,
}
