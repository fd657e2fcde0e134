using System.Globalization;

namespace TestPlugins.Failing;

/// <summary>What to do wrong: <c>WAY@PLACE:STEP</c> in the environment, so that the experiment is the same without it.</summary>
public static class Failure
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "TEST_PLUGIN_FAILURE";

    private static readonly List<Tensor> Kept = [];

    /// <summary>Called at every place; fails at the one that was asked for.</summary>
    public static void At(string place, long step = 0)
    {
        var wanted = (Environment.GetEnvironmentVariable(Variable) ?? "").Split('@', ':');
        if (wanted is not [var way, var where, ..] || where != place
            || (wanted is [_, _, var when] && step < long.Parse(when, CultureInfo.InvariantCulture)))
        {
            return;
        }

        switch (way)
        {
            case "throw":
                throw new NotSupportedException("The moon is wrong.");
            case "leak":
                Kept.AddRange(Enumerable.Range(0, 12).Select(_ => torch.zeros(1).DetachFromDisposeScope()));
                break;
            case "exit":
#pragma warning disable RS0030 // This is what is tested.
                Environment.Exit(0);
                break;
            case "abort":
                torch.matmul(torch.zeros(2, 3), torch.zeros(2, 3)); // an exception of C++ that nobody catches
                break;
#pragma warning restore RS0030
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "null":
                Nothing();
                break;
            case "overflow":
                Overflow(0);
                break;
            case "thread":
                new Thread(() => throw new NotSupportedException("The moon is wrong.")).Start();
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                throw new ArgumentException($"{way} is no way to fail.");
        }
    }

    /// <summary>Notices a null reference as .NET does, by a signal.</summary>
    private static void Nothing()
    {
        try
        {
            _ = Array.Find(Kept.ToArray(), _ => false)!.Handle;
            throw new ArgumentException("There was something.");
        }
        catch (NullReferenceException)
        {
            // This is what is tested.
        }
    }

    private static int Overflow(int depth) => depth < 0 ? 0 : Overflow(depth + 1) + 1;
}
