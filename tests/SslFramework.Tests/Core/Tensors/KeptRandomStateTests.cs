using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal class KeptRandomStateTests
{
    [TestMethod]
    public void Dispose_AfterDraws_PutsTheStateBack()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var expected = rand(4);
        manual_seed(3);
        using (new KeptRandomState())
        {
            manual_seed(99);
            rand(10);
        }

        Assert.AreEqual(expected, rand(4));
    }
}
