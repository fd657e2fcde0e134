using System.Diagnostics;
using System.Text.RegularExpressions;
using TorchSharp;

namespace SslFramework.Fuzz;

/// <summary>
/// Feeds a parser with changed inputs, in this process and without instrumentation. Instead of coverage it goes by what the
/// parser answers: an input that is refused in a sentence not seen before (numbers and names apart) reached another place of
/// the code, and is changed further.
/// </summary>
public sealed partial class FuzzRun(FuzzTarget target, int seed)
{
    private const int MostMemoryPerByte = 256;
    private const int MostInputs = 100_000; // kept to be changed: some parsers answer with names that nothing takes out of their sentences

    private readonly Random random = new(seed);
    private readonly List<byte[]> pool = [];
    private readonly HashSet<string> answers = [];

    /// <summary>What an input may take before that is a fault.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Inputs that were parsed.</summary>
    public long Runs { get; private set; }

    /// <summary>Different answers that the parser gave.</summary>
    public int Answers => answers.Count;

    /// <summary>Inputs that answered in a new way.</summary>
    public IReadOnlyList<byte[]> Pool => pool;

    /// <summary>Parses each of these, and changes of them from then on.</summary>
    /// <exception cref="FindingException">One of them shows a fault.</exception>
    public void Begin(IEnumerable<byte[]> corpus)
    {
        foreach (var input in corpus)
        {
            Try(input);
            pool.Add(input);
        }

        if (pool.Count == 0)
        {
            pool.Add([]);
        }
    }

    /// <summary>Changes inputs and parses them until told to stop.</summary>
    /// <exception cref="FindingException">An input shows a fault.</exception>
    public void Go(Func<bool> keepOn)
    {
        var mutator = new Mutator(random, target.Words);
        while (keepOn())
        {
            var input = mutator.Mutate(pool[random.Next(pool.Count)], pool[random.Next(pool.Count)]);
            if (!Try(input))
            {
                continue;
            }

            if (pool.Count < MostInputs)
            {
                pool.Add(input);
            }
            else
            {
                pool[random.Next(MostInputs)] = input;
            }
        }
    }

    /// <summary>Parses one input.</summary>
    /// <returns>Whether the answer is a new one.</returns>
    /// <exception cref="FindingException">It shows a fault.</exception>
    public bool Try(byte[] input)
    {
        Runs++;
        var tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var (answer, time, taken) = Measure(input);
        if (time > Longest)
        {
            // A machine that runs out of memory makes anything slow, and counts its own work as the process's; what is slow is slow again.
            time = new[] { time, Measure(input).Time }.Min();
        }

        var fault = time > Longest ? $"it took {time.TotalSeconds:F1} s"
            : taken > target.MostMemory + (MostMemoryPerByte * (long)input.Length) ? $"it took {taken >> 20} MiB of memory"
            : DisposeScopeManager.Statistics.ThreadTotalLiveCount > tensors ? "it left tensors behind"
            : null;
        return fault is null ? answers.Add(answer) : throw new FindingException(target, input, fault);
    }

    private (string Answer, TimeSpan Time, long Memory) Measure(byte[] input)
    {
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var answer = Answer(input);

        // On a busy machine the clock runs on while others work; the process's time counts other threads' work too.
        var time = new[] { clock.Elapsed, Environment.CpuUsage.TotalTime - processor }.Min();
        return (answer, time, GC.GetAllocatedBytesForCurrentThread() - memory);
    }

    private string Answer(byte[] input)
    {
        try
        {
            target.Run(input);
            return "read";
        }
        catch (ExperimentException refused)
        {
            return WhatVaries().Replace(refused.Message, "");
        }
        catch (Exception fault)
        {
            throw new FindingException(target, input, $"{fault.GetType().Name}: {fault.Message}", fault);
        }
    }

    [GeneratedRegex("""['"][^'"]*['"]|[^ ]*[0-9\\][^ ]*""")]
    private static partial Regex WhatVaries();
}
