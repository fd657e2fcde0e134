using System.Text.Json.Nodes;
using SslFramework.Tests.Host.Plugins;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class DoctorCommandTests
{
    private static readonly (string Name, string Value)[] OneOfTwo = [("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "2")]; // as srun sets them

    [TestCleanup]
    public void TakeBack() => Array.ForEach(OneOfTwo, variable => Environment.SetEnvironmentVariable(variable.Name, null));

    [TestMethod]
    public void Doctor_JsonWithinSrun_HasEverySubjectAndNothingBad()
    {
        Array.ForEach(OneOfTwo, variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
        using var runs = new TemporaryFolder();
        var (code, output, errors) = SslProgram.Run("doctor", "--json", "--runs", Path.Combine(runs.Root, "not", "yet"), "--plugins", Repository.Plugins);
        Assert.AreEqual(0, code, output + errors);

        var findings = JsonNode.Parse(output)!.AsArray();
        CollectionAssert.IsSubsetOf(
            new[] { "runtime", "build", "processor", "memory", "disk", "torch", "plugins", "training" }, findings.Select(finding => (string?)finding!["subject"]).ToArray());
        Assert.AreEqual("good", (string?)findings.Single(finding => (string?)finding!["subject"] == "training")!["health"]);
        Assert.IsEmpty(Directory.GetFileSystemEntries(runs.Root), "it leaves nothing behind");
    }

    [TestMethod]
    public void Doctor_APluginThatIsRefused_IsBadAndTellsWhy()
    {
        using var stage = new PluginStage("NoEntryPlugin");
        var (code, output, _) = SslProgram.Run("doctor", "--plugins", stage.Root);
        Assert.AreEqual(1, code);
        StringAssert.Contains(output, "BAD  plugins");
        StringAssert.Contains(output, "bad, ");
    }
}
