using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class SslCommandTests
{
    [TestMethod]
    public void Help_OfTheProgram_NamesEveryCommand()
    {
        var (code, output, _) = SslProgram.Run("--help");
        Assert.AreEqual(0, code);
        foreach (var command in new[] { "train", "validate", "components" })
        {
            StringAssert.Contains(output, command);
        }
    }

    [TestMethod]
    [DataRow("trian")]
    [DataRow("train", "--stepz", "1")]
    [DataRow("train")]
    [DataRow("train", "simclr", "--data", ".", "--size", "many")]
    [DataRow("train", "simclr", "--data", ".", "--size", "0")]
    [DataRow("train", "x.json", "--steps", "many")]
    [DataRow("train", "x.json", "--profile", "many")]
    [DataRow("plan", "x.json", "--link", "fast")]
    [DataRow("completion", "tcsh")]
    public void Run_AWrongCommandLine_IsAUsageError(params string[] arguments)
    {
        var (code, output, errors) = SslProgram.Run(arguments);
        Assert.AreEqual((int)ExitCode.Usage, code);
        Assert.AreEqual("", output);
        StringAssert.StartsWith(errors, "error: ");
        Assert.DoesNotContain("\\u000a", errors);
    }

    [TestMethod]
    [DataRow("Did you mean 'train' instead of 'trian'?", "trian")]
    [DataRow("Did you mean '--steps' instead of '--stepz'?", "train", "x.json", "--stepz", "1")]
    public void Run_ATypo_IsAnsweredWithTheNearestName(string suggestion, params string[] arguments) =>
        StringAssert.Contains(SslProgram.Run(arguments).Errors, suggestion);

    [TestMethod]
    [DataRow("train", "ssl train simclr --data ./photos")]
    [DataRow("compare", "ssl compare runs/*")]
    [DataRow("schema", "ssl schema > ")]
    [DataRow("report", "ssl report runs/quickstart")]
    [DataRow("import", "ssl import moco_v2")]
    public void Help_OfACommand_EndsWithExamples(string command, string example)
    {
        var (code, output, _) = SslProgram.Run(command, "--help");
        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "Examples:");
        StringAssert.Contains(output, example);
    }

    [TestMethod]
    [DataRow("bash", "complete ")]
    [DataRow("zsh", "compdef")]
    [DataRow("fish", "complete -c ssl")]
    [DataRow("pwsh", "Register-ArgumentCompleter")]
    public void Completion_OfEachShell_IsAScript(string shell, string part) => StringAssert.Contains(SslProgram.Run("completion", shell).Output, part);

    [TestMethod]
    [DataRow("ssl tr", "train")]
    [DataRow("ssl train --ov", "--overwrite")]
    public void Suggest_TheBeginningOfAWord_NamesTheRest(string line, string word)
    {
        var (_, output, _) = SslProgram.Run($"[suggest:{line.Length}]", line);
        StringAssert.Contains(output, word);
    }

    [TestMethod]
    public void Validate_Json_IsReadByPrograms()
    {
        var (_, output, _) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"), "--json");
        Assert.AreEqual(8000, (int?)JsonNode.Parse(output)!["images"]);
        (_, output, _) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"), "--json", "--set", "training.epochs=0", "--set", "sede=1");
        Assert.AreEqual(2, JsonNode.Parse(output)!["mistakes"]!.AsArray().Count);
    }

    [TestMethod]
    public void Components_All_HavePluginsAndDefaults()
    {
        var (code, output, errors) = SslProgram.Run("components");
        Assert.AreEqual(0, code, errors);
        foreach (var part in new[] { "rotation  (SslFramework.Plugins.Rotation)", "simclr  (SslFramework.Plugins.SimCLR)", "resnet18  (core)", "temperature", "0.1", "knn", "imageFolder" })
        {
            StringAssert.Contains(output, part);
        }
    }

    [TestMethod]
    public void Components_Json_IsReadByPrograms()
    {
        var (_, output, _) = SslProgram.Run("components", "--json");
        var simclr = JsonNode.Parse(output)!.AsArray().Single(c => (string?)c!["name"] == "simclr")!;
        Assert.AreEqual("objective", (string?)simclr["kind"]);
        Assert.AreEqual("0.1", (string?)simclr["options"]!.AsArray().Single(o => (string?)o!["key"] == "temperature")!["default"]);
    }

    [TestMethod]
    public void Validate_ShippedExperiments_AreValid()
    {
        var (code, output, errors) = SslProgram.Run("validate", Repository.Experiment("quickstart.json"));
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "8,000 images");
    }

    [TestMethod]
    public void Validate_ManyMistakes_AreToldAtOnce()
    {
        var (code, _, errors) = SslProgram.Run(
            "validate", Repository.Experiment("quickstart.json"),
            "--set", "objective.name=rotatoin", "--set", "optimizer.momentun=0.9", "--set", "training.epochs=0");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "did you mean \"rotation\"?");
        StringAssert.Contains(errors, "did you mean \"momentum\"?");
        StringAssert.Contains(errors, "\"training.epochs\" is 0, but must be from 1");
    }

    [TestMethod]
    public void Validate_AFileThatIsMissing_IsOneSentence()
    {
        var (code, _, errors) = SslProgram.Run("validate", "nowhere.json");
        Assert.AreEqual((int)ExitCode.Config, code);
        StringAssert.Contains(errors, "nowhere.json");
    }

    [TestMethod]
    public void Host_Started_AnswersInItsOwnProcess()
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.HostFolder, "ssl"), ["components", "rotation"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
        StringAssert.Contains(output, "rotation  (SslFramework.Plugins.Rotation)");
    }

    [TestMethod]
    public void Explain_MemoryRefused_HasItsExitCodeAndTheRemedy()
    {
        var refused = Assert.ThrowsExactly<System.Runtime.InteropServices.ExternalException>(() => TorchSharp.torch.empty(1L << 50));
        var (code, sentence) = SslFramework.Host.Commands.SslCommand.Explain(refused);
        Assert.AreEqual(ExitCode.OutOfMemory, code);
        Assert.Contains("training.batchSize", sentence);
    }
}
