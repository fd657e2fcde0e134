using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Distributed;
using SslFramework.Engine.Distributed.Mpi;

namespace SslFramework.Benchmarks;

/// <summary>Times the sum of 100 MB over the processes that mpirun started, as peer/allreduce.c does.</summary>
internal static class AllReduceTiming
{
    private const int Count = 25_000_000;
    private const int WarmUp = 3;
    private const int Rounds = 21;

    /// <summary>Prints a line in the first process.</summary>
    public static void Run()
    {
        if (Launcher.Of(Environment.GetEnvironmentVariable) is not { } launcher)
        {
            Console.Error.WriteLine("Start it with mpirun -n 2.");
            return;
        }

        using var group = MpiGroup.Join(launcher);
        using var values = zeros(Count);
        var times = new List<double>();
        for (var round = -WarmUp; round < Rounds; round++)
        {
            group.Barrier();
            var start = Stopwatch.GetTimestamp();
            group.Sum(values);
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        if (group.Rank == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times[Rounds / 2]:F1} ms for 100 MB here (least {times[0]:F1}), {group.Library}"));
        }
    }
}
