using SslFramework.Core.Distributed;

namespace SslFramework.Testing;

/// <summary>Replicas that are threads of one process, to test what an objective does with 2 or 4 processes.</summary>
public static class ThreadReplicas
{
    /// <summary>Runs <paramref name="body"/> once per replica, all at the same time, and returns the results by rank.</summary>
    /// <exception cref="Exception">The first failure of any replica; the others are released.</exception>
    public static T[] Run<T>(int count, Func<IReplicas, T> body) => ThreadGroup.Run(count, group => body(new GroupReplicas(group)));
}
