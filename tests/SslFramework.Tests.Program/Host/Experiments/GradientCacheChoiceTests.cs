using SslFramework.Host.Machine;
using SslFramework.Tests.Host.Commands;

namespace SslFramework.Tests.Host.Experiments;

/// <summary>"training.gradientCache" is refused at once by objectives that it cannot serve.</summary>
[TestClass]
public class GradientCacheChoiceTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ssl-gradient-cache").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Validate_AnObjectiveOverTokens_IsRefused()
    {
        var (code, _, errors) = SslProgram.Run("validate", Repository.Experiment("mae-fashion-mnist.json"), "--set", "training.gradientCache=8");
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "\"training.gradientCache\" is for objectives over feature vectors");
    }

    [TestMethod]
    public void Validate_AnObjectiveOverANetworkOfItsOwn_IsRefused()
    {
        const string Network = "backbone={\"name\":\"exemplar-cnn\",\"maps\":[16,16],\"hidden\":16}";
        var experiment = SmallRuns.Write("exemplar-fashion-mnist", folder);
        var (code, _, errors) = SslProgram.Run("validate", experiment, "--set", "training.gradientCache=8", "--set", Network);
        Assert.AreEqual((int)ExitCode.Config, code, errors);
        StringAssert.Contains(errors, "this one asks the backbone for members of ExemplarCnn");
    }
}
