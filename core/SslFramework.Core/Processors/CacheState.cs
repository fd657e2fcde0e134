namespace SslFramework.Core.Processors;

/// <summary>What was done about the cache sizes that libtorch assumes.</summary>
internal enum CacheState
{
    /// <summary>The processor reports its caches, or libtorch asks for them in another way: nothing was done.</summary>
    Sound,

    /// <summary>They are hidden, and libtorch was given the sizes that are known from elsewhere.</summary>
    Mended,

    /// <summary>They are hidden, and this libtorch cannot be given sizes; it computes without oneDNN.</summary>
    OneDnnOff,

    /// <summary>
    /// They are hidden, and nothing was done, because <see cref="ProcessorCaches.Variable"/> says so or because nothing can be done.
    /// </summary>
    Left,
}
