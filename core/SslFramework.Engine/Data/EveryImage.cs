using System.Runtime.ExceptionServices;

namespace SslFramework.Engine.Data;

/// <summary>Visits many images on all cores.</summary>
internal static class EveryImage
{
    /// <summary>Visits the images from 0 to <paramref name="count"/> − 1, in no order.</summary>
    /// <param name="count">Images.</param>
    /// <param name="make">Makes what one thread uses again for each of its images.</param>
    /// <param name="visit">Visits one.</param>
    /// <exception cref="ExperimentException">A visit failed so: the first, and not a list of them.</exception>
    public static void Visit<TOwn>(int count, Func<TOwn> make, Action<int, TOwn> visit)
    {
        try
        {
            Parallel.For(0, count, make, (i, _, own) =>
            {
                visit(i, own);
                return own;
            }, _ => { });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<ExperimentException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
