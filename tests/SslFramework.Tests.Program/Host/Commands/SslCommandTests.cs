using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SslFramework.Host.Commands;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class SslCommandTests
{
    [TestMethod]
    public void Help_OfTheProgram_HasALineForEveryCommand()
    {
        var (code, output, _) = SslProgram.Run("--help");
        Assert.AreEqual(0, code);
        string[] named = [.. output.Split("Examples:")[0].Split('\n').Where(line => line.Length > 17 && line[16] == ' ' && line[17] != ' ').Select(line => line.Trim().Split(' ')[0])];
        CollectionAssert.AreEquivalent(SslCommand.Define().Subcommands.Select(command => command.Name).ToArray(), named);
        AssertFits(output.Split('\n'));
    }

    [TestMethod]
    public void Help_Examples_FitIntoEightyColumns()
    {
        foreach (var words in Commands(SslCommand.Define(), []))
        {
            var lines = SslProgram.Run([.. words, "--help"]).Output.Split('\n');
            AssertFits(lines[(Array.IndexOf(lines, "Examples:") + 1)..]);
        }
    }

    [TestMethod]
    [DataRow("'ssl' has no command 'trian'. Did you mean 'train'?", "trian")]
    [DataRow("'ssl' has no command 'eval'. Did you mean 'evaluate'?", "eval")]
    [DataRow("'ssl' has no command 'check'. Did you mean 'data check'?", "check", "photos")]
    [DataRow("'ssl' has no option '--verson'. Did you mean '--version'?", "--verson")]
    [DataRow("'ssl' has no command 'xyzzy'.", "xyzzy")]
    [DataRow("'ssl' has no command 'my.json'. Did you mean 'train my.json'?", "my.json")]
    [DataRow("'/' is a word too many: 'ssl train' takes <file-or-method>. Did you mean '--data /'?", "train", "simclr", "/")]
    [DataRow("'my.json' is a word too many: 'ssl evaluate' takes <run-or-weights>. Did you mean '--with my.json'?", "evaluate", "run", "my.json")]
    [DataRow("'ssl data' has no command 'chek'. Did you mean 'check'?", "data", "chek")]
    [DataRow("'ssl plugin' has no command 'verfy'. Did you mean 'verify'?", "plugin", "verfy", "--locked", "x")]
    [DataRow("'ssl data' needs a command: check or pack.", "data")]
    [DataRow("'ssl train' has no option '--stepz'. Did you mean '--steps'?", "train", "x.json", "--stepz", "1")]
    [DataRow("'ssl train' has no option '--dta'. Did you mean '--data'?", "train", "simclr", "--dta", "x")]
    [DataRow("'ssl train' has no option '--dta'. Did you mean '--data'?", "train", "--dta", "x")]
    [DataRow("'ssl train' has no option '--dta'. Did you mean '--data'?", "train", "--dta=x", "simclr")]
    [DataRow("'ssl train' has no option '--quite'. Did you mean '--quiet'?", "train", "simclr", "--data", "--quite")]
    [DataRow("'ssl train' has no option '-data'. Did you mean '--data'?", "train", "simclr", "-data", "x")]
    [DataRow("'ssl data check' has no option '--jsn'. Did you mean '--json'?", "data", "check", "photos", "--jsn")]
    [DataRow("'ssl train' has no option '--epochs'. Did you mean '--set training.epochs=5'?", "train", "simclr", "--data", "x", "--epochs", "5")]
    [DataRow("'ssl plan' has no option '--batch-size'. Did you mean '--set training.batchSize=64'?", "plan", "x.json", "--batch-size=64")]
    [DataRow("'ssl train' has no option '--seed'. Did you mean '--set seed=…'?", "train", "x.json", "--seed")]
    [DataRow("'ssl train' has no option '--objective.temperature'. Did you mean '--set objective.temperature=0.2'?", "train", "x.json", "--objective.temperature", "0.2")]
    [DataRow("'data' is a word too many: 'ssl train' takes <file-or-method>. Did you mean '--data'?", "train", "simclr", "data", "photos")]
    [DataRow("'seed=1' is a word too many: 'ssl train' takes <file-or-method>. Did you mean '--set seed=1'?", "train", "x.json", "seed=1")]
    [DataRow("'ssl train' needs <file-or-method>: an experiment file, such as host/experiments/quickstart.json, or a method, such as simclr, with --data.", "train")]
    [DataRow("--data needs a value after it: a folder of images", "train", "simclr", "--data")]
    [DataRow("--data stands 2 times; give it once.", "train", "simclr", "--data", "a", "--data", "b")]
    [DataRow("'ssl embed' needs --data: a folder of images", "embed", "runs/x")]
    [DataRow("--size is 'many', but takes a number of pixels, 1 or more.", "train", "simclr", "--data", ".", "--size", "many")]
    [DataRow("--size is '0', but takes a number of pixels, 1 or more.", "train", "simclr", "--data", ".", "--size", "0")]
    [DataRow("--steps is '2.5', but takes a number of steps, 1 or more.", "train", "x.json", "--steps", "2.5")]
    [DataRow("--steps is '0', but takes a number of steps, 1 or more.", "sweep", "x.json", "--steps", "0")]
    [DataRow("--count is '101', but takes a number of images, 1 to 100.", "preview", "x.json", "--count", "101")]
    [DataRow("--link is 'fast', but takes a number of gigabits a second, 0.001 or more.", "plan", "x.json", "--link", "fast")]
    [DataRow("--group is 'mpu', but must be auto, single, mpi or nccl. Did you mean 'mpi'?", "train", "x.json", "--group", "mpu")]
    [DataRow("--as is 'tim', but must be torchvision, timm, moco-v1, moco-v3, mae, dino, dinov2, beit, i-jepa, simsiam, byol, swav, barlow-twins or vicreg. Did you mean 'timm'?", "import", "x.pth", "--output", "y", "--as", "tim")]
    [DataRow("--json and --html are two forms of one result; give one of --markdown, --csv, --json or --html.", "compare", "x", "--html", "y", "--json")]
    [DataRow("--csv and --json are two forms of one result; give one of --markdown, --csv, --json or --html.", "compare", "x", "--json", "--csv")]
    [DataRow("The shell is 'zhs', but must be bash, zsh, fish or pwsh. Did you mean 'zsh'?", "completion", "zhs")]
    [DataRow("The kind is 'experimnt', but must be experiment, evaluation or sweep. Did you mean 'experiment'?", "schema", "experimnt")]
    public void Run_AWrongCommandLine_IsOneSentenceAndAUsageError(string sentence, params string[] arguments)
    {
        var (code, output, errors) = SslProgram.Run(arguments);
        Assert.AreEqual((int)ExitCode.Usage, code);
        Assert.AreEqual("", output);
        StringAssert.StartsWith(errors, $"error: {sentence}");
        Assert.AreEqual(2, errors.Count(c => c == '\n'), "the sentence, and where help is");
        StringAssert.Contains(errors, "See 'ssl");
    }

    public static IEnumerable<object[]> TypedOptions => Commands(SslCommand.Define(), "").SelectMany(command => command.Command.Options
        .Where(option => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is { IsEnum: true } or { IsPrimitive: true } && option.ValueType != typeof(bool))
        .Select(option => new object[] { command.Typed, option.Name }));

    [TestMethod]
    [DynamicData(nameof(TypedOptions))]
    public void Run_AWordWhereAnotherKindOfValueBelongs_IsToldInTheOptionsOwnWords(string command, string option)
    {
        var (code, _, errors) = SslProgram.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), option, "word"]);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.StartsWith(errors, $"error: {option} is 'word', but ");
    }

    [TestMethod]
    [DataRow("There is no component or kind \"simlcr\"; did you mean \"simclr\"?", "components", "simlcr")]
    [DataRow("There is no component or kind \"objektive\"; did you mean \"objective\"?", "components", "objektive")]
    [DataRow("There is no component or kind \"xyzzy\"; 'ssl components' lists all.", "components", "xyzzy")]
    [DataRow("There is no run 'nowhere'; name the folder of one, such as runs/quickstart.", "report", "nowhere")]
    [DataRow("There is no file 'nowhere.pth'; name a file of weights.", "import", "nowhere.pth", "--output", "x")]
    [DataRow("There is no folder 'nowhere'; name one of plugins, or of one.", "plugin", "verify", "nowhere")]
    [DataRow("There is no lock file 'nowhere'; write it with 'ssl plugin lock --output nowhere'.", "plugin", "list", "--locked", "nowhere")]
    [DataRow("There is no folder 'nowhere' for --feed; 'dotnet pack -c Release -o nowhere' in a clone", "new", "plugin", "Some", "--feed", "nowhere")]
    [DataRow("There are no images at 'fashion-mist'; did you mean 'fashion-mnist'?", "data", "check", "fashion-mist")]
    public void Run_ANameOfNothing_IsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, errors) = SslProgram.Run(arguments);
        Assert.AreNotEqual(0, code);
        Assert.AreEqual("", output);
        StringAssert.StartsWith(errors, $"error: {sentence}");
        Assert.AreEqual(1, errors.Count(c => c == '\n'));
    }

    [TestMethod]
    public void Run_Nothing_IsHelp() => Assert.AreEqual(SslProgram.Run("--help"), SslProgram.Run());

    private static IEnumerable<(string Typed, Command Command)> Commands(Command command, string typed) =>
        [(typed, command), .. command.Subcommands.SelectMany(inside => Commands(inside, $"{typed} {inside.Name}"))];

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
    [DataRow("ssl plugin ", "list lock verify")]
    [DataRow("ssl train simc", "simclr")]
    [DataRow("ssl components moco-v", "moco-v1 moco-v3")]
    [DataRow("ssl doctor --js", "--json")]
    [DataRow("ssl preview x --ou", "--output")] // and not the option's former name
    [OSCondition(OperatingSystems.Linux)]
    public void Completion_InBash_CompletesAWord(string line, string words)
    {
        var completed = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        var script = $"{SslProgram.Run("completion", "bash").Output}\nCOMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({completed}) COMP_CWORD={line.Split(' ').Length - 1}; _ssl; echo \"${{COMPREPLY[*]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"PATH={Repository.HostFolder}:$PATH; {script}"]) { RedirectStandardOutput = true })!;
        Assert.AreEqual(words, bash.StandardOutput.ReadToEnd().Trim());
        bash.WaitForExit();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Completion_InBash_RunsNothingThatIsInAName()
    {
        // What the program offers may be the name of a file that somebody else wrote.
        var script = $"ssl() {{ echo 'evil$(touch '\"$PWD\"'/run)'; echo 'evil`touch run`'; echo plain; }}\n{SslProgram.Run("completion", "bash").Output}\nCOMP_LINE='ssl train evil' COMP_POINT=14 COMP_WORDS=(ssl train evil) COMP_CWORD=2; _ssl; printf '%s\\n' \"${{COMPREPLY[@]}}\"; eval \": ${{COMPREPLY[*]}}\"";
        var folder = Directory.CreateTempSubdirectory("ssl-completion").FullName;
        try
        {
            using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { RedirectStandardOutput = true, WorkingDirectory = folder })!;
            var words = bash.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
            bash.WaitForExit();
            Assert.HasCount(2, words);
            Assert.AreEqual("evil\\`touch\\ run\\`", words[1]);
            Assert.IsEmpty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Errors_ANameWithALineBreak_BeginsNoSecondMessage()
    {
        var (code, _, errors) = SslProgram.Run("train", "no\nerror: such.json");
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.StartsWith(errors, "error: There is no experiment \"no\\u000aerror: such.json\"");
        Assert.AreEqual(1, errors.TrimEnd().Split('\n').Length, errors);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void VerifyResume_NoPlaceForTemporaryFiles_SaysWhichAndHowToNameAnother()
    {
        var before = Environment.GetEnvironmentVariable("TMPDIR");
        try
        {
            Environment.SetEnvironmentVariable("TMPDIR", "/nowhere");
            var (code, _, errors) = SslProgram.Run("verify-resume", Repository.Experiment("quickstart.json"));
            Assert.AreEqual((int)ExitCode.Storage, code);
            Assert.AreEqual("error: No temporary folder can be made in '/nowhere/' (there is no such folder); name another place in the environment variable TMPDIR.", errors.TrimEnd());
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    [TestMethod]
    [DataRow("Unable to find the specified file.", "/a/b", "'/a/b': Unable to find the specified file")]
    [DataRow("Could not find file '/a/b'.", "/a/b", "(Could not find file '/a/b')")]
    public void Explain_AnErrorOfTheSystem_SaysWhatItIsAboutAndWhatToDo(string message, string file, string expected)
    {
        var (code, sentence) = Failure.Explain(new FileNotFoundException(message, file));
        Assert.AreEqual(FailureKind.Storage, code);
        StringAssert.Contains(sentence, expected);
        StringAssert.Contains(sentence, "check that it is there, its permissions and the free space");
    }

    [TestMethod]
    [DataRow("evaluate x", "--out=y", "--output")]
    [DataRow("preview x", "--out=y", "--output")]
    [DataRow("new plugin X", "--out=y", "--output")]
    [DataRow("plugin lock", "--out=y", "--output")]
    [DataRow("data check x", "--sheet=y", "--output")]
    [DataRow("import x --output y", "--overwrite", "--force")]
    [DataRow("export x", "--overwrite", "--force")]
    [DataRow("embed x --data y", "--overwrite", "--force")]
    [DataRow("data pack x y", "--overwrite", "--force")]
    public void FormerNamesOfOptions_AreTakenAndNotShown(string command, string former, string now)
    {
        string[] words = command.Split(' ');
        var parsed = SslCommand.Define().Parse([.. words, former]);
        Assert.IsEmpty(parsed.Errors);
        Assert.IsNotNull(parsed.GetResult(now));
        var help = SslProgram.Run([.. words, "--help"]).Output;
        StringAssert.Contains(help, now);
        Assert.IsFalse(Regex.IsMatch(help, $"{former.Split('=')[0]}(?![a-z])"), help);
    }

    public static IEnumerable<object[]> Writers => Commands(SslCommand.Define(), "").Where(command => command.Command.Options.Any(option => option.Name is "--output" or "--html")).Select(command => new object[] { command.Typed });

    [TestMethod]
    [DynamicData(nameof(Writers))]
    public void EveryCommandThatWritesWhereItIsTold_HasForce(string command)
    {
        var found = SslCommand.Define().Parse(command.Trim()).CommandResult.Command;
        Assert.IsTrue(found.Name == "plugin" || found.Options.Any(option => option.Name == "--force"), "'new plugin' takes an empty folder alone");
    }

    [TestMethod]
    [DataRow("report FOLDER --output FOLDER/there.html", "there.html' exists; --force puts the report in its place.")]
    [DataRow("report FOLDER --output FOLDER/beside.html", "beside.md' exists; --force puts the report in its place.")]
    [DataRow("plugin lock --output FOLDER/there.html", "there.html' exists; --force puts the lock in its place.")]
    [DataRow("data check fashion-mnist --output FOLDER/there.html", "there.html' exists; --force puts the contact sheet in its place.")]
    [DataRow("preview quickstart --output FOLDER", "views.png' exists; --force puts the pictures in its place.")]
    public void Run_AFileThatIsThere_IsRefusedAndStays(string command, string sentence)
    {
        var folder = Directory.CreateTempSubdirectory("ssl-there").FullName;
        string[] files = ["experiment.json", "there.html", "beside.md", "views.png"];
        Array.ForEach(files, file => File.WriteAllText(Path.Combine(folder, file), "{}"));
        string[] words = [.. command.Replace("FOLDER", folder, StringComparison.Ordinal).Replace("quickstart", Repository.Experiment("quickstart.json"), StringComparison.Ordinal).Split(' ')];

        var (code, _, errors) = SslProgram.Run(words);

        Assert.AreEqual((int)ExitCode.Usage, code, errors);
        StringAssert.Contains(errors, sentence);
        CollectionAssert.AreEquivalent(files, Directory.GetFiles(folder).Select(Path.GetFileName).ToArray());
        Assert.IsTrue(files.All(file => File.ReadAllText(Path.Combine(folder, file)) == "{}"));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Report_WithAFolderOfPluginsThatIsNotThere_IsRefusedAsInOtherCommands()
    {
        var folder = Directory.CreateTempSubdirectory("ssl-there").FullName;
        File.WriteAllText(Path.Combine(folder, "experiment.json"), "{}");
        var (code, _, errors) = SslProgram.Run("report", folder, "--plugins", "nowhere");
        Assert.AreEqual((int)ExitCode.Plugin, code, errors);
        Assert.IsFalse(File.Exists(Path.Combine(folder, "report.html")));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [DataRow("evaluate")]
    [DataRow("embed --data x")]
    [DataRow("export")]
    [DataRow("report")]
    [DataRow("compare")]
    [DataRow("preview")]
    [DataRow("validate")]
    [DataRow("plan")]
    [DataRow("train")]
    [DataRow("verify-resume")]
    [DataRow("import --output x")]
    public void Run_WhatIsNotThere_IsAUsageErrorInEveryCommand(string command)
    {
        var (code, _, errors) = SslProgram.Run([.. command.Split(' '), "runs/nowhere"]);
        Assert.AreEqual((int)ExitCode.Usage, code);
        StringAssert.StartsWith(errors, "error: There is no");
    }

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
    public void Components_UnderTheirHeading_AreThoseOfTheKind() =>
        Assert.AreEqual(SslProgram.Run("components", "data source").Output, SslProgram.Run("components", "data sources").Output);

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
        Assert.IsTrue(errors.TrimEnd().Split('\n').All(line => line.StartsWith("error: --set ", StringComparison.Ordinal)), errors);
    }

    [TestMethod]
    public void Validate_AFileThatIsMissing_IsOneSentence()
    {
        var (code, _, errors) = SslProgram.Run("validate", "nowhere.json");
        Assert.AreEqual((int)ExitCode.Usage, code);
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

    private static IEnumerable<string[]> Commands(Command under, string[] words) =>
        under.Subcommands.SelectMany(command => command.Subcommands.Count > 0 ? Commands(command, [.. words, command.Name]) : [[.. words, command.Name]]);

    private static void AssertFits(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Assert.IsLessThanOrEqualTo(80, line.Length, line);
        }
    }

    [TestMethod]
    public void Explain_MemoryRefused_HasItsExitCodeAndTheRemedy()
    {
        var refused = Assert.ThrowsExactly<System.Runtime.InteropServices.ExternalException>(() => TorchSharp.torch.empty(1L << 50));
        var (code, sentence) = Failure.Explain(refused);
        Assert.AreEqual(FailureKind.OutOfMemory, code);
        Assert.Contains("training.batchSize", sentence);
    }
}
