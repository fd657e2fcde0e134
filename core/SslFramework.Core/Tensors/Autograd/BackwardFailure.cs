namespace SslFramework.Core.Tensors.Autograd;

/// <summary>
/// Failures inside a backward. An exception must not leave one, because it would end the process: what our own functions throw there
/// is kept until the backward is over.
/// </summary>
/// <remarks>There is one for the process, because on a GPU the backward runs on a thread of libtorch.</remarks>
internal static class BackwardFailure
{
    private static Exception? kept;

    /// <summary>Keeps the first failure since the last <see cref="ThrowIfAny"/>.</summary>
    /// <param name="what">What failed, such as <c>Exchanging gradients</c>.</param>
    /// <param name="cause">The exception that was thrown.</param>
    public static void Keep(string what, Exception cause) =>
        Interlocked.CompareExchange(ref kept, new InvalidOperationException($"{what} failed: {cause.Message}", cause), null);

    /// <summary>Throws the failure that was kept, if any. Call it after a backward.</summary>
    /// <exception cref="InvalidOperationException">One of our functions failed in it.</exception>
    public static void ThrowIfAny()
    {
        if (Interlocked.Exchange(ref kept, null) is { } failure)
        {
            throw failure;
        }
    }
}
