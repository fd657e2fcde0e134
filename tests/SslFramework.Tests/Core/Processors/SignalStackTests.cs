using SslFramework.Core.Processors;
using static TorchSharp.torch;

namespace SslFramework.Tests.Core.Processors;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class SignalStackTests
{
    /// <summary>On a processor with AMX the process would end.</summary>
    [TestMethod]
    public void NullReference_AfterAProductInBfloat16_IsAnException()
    {
        using (NewDisposeScope())
        {
            _ = nn.functional.linear(ones(64, 64, bfloat16), ones(64, 64, bfloat16));
        }

        var (isException, size) = (false, 0L);
        OnAThread(() =>
        {
            SignalStack.Enlarge();
            size = SignalStack.Size();
            try
            {
                _ = Nothing()!.Length;
            }
            catch (NullReferenceException)
            {
                isException = true;
            }
        });
        Assert.IsTrue(isException);
        Assert.IsGreaterThanOrEqualTo(64 << 10, size);
    }

    [TestMethod]
    public void Threads_ThatEnd_FreeWhatTheyGot()
    {
        var before = Mappings();
        for (var i = 0; i < 200; i++)
        {
            OnAThread(SignalStack.Enlarge);
        }

        for (var i = 0; i < 10 && Mappings() >= before + 200; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.IsLessThan(before + 200, Mappings(), "each would leave two");
    }

    private static string? Nothing() => Environment.GetEnvironmentVariable("SSL_WHAT_NOBODY_SETS");

    private static void OnAThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static int Mappings() => File.ReadAllLines("/proc/self/maps").Length;
}
