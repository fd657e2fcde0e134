using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Host.Experiments;

/// <summary>The experiment that a command line asks for: a file, or a method and images.</summary>
/// <param name="Named">An experiment file, or an objective.</param>
/// <param name="Data">Images, instead of the file's; a method needs them.</param>
/// <param name="Settings">The values of <c>--set</c>.</param>
internal sealed record ExperimentChoice(string Named, string? Data, IReadOnlyList<string> Settings)
{
    private const int SmallBatch = 32;
    private const int SomeSize = 64; // pixels, of images that could not be looked at
    private const int ManyImages = 10_000; // a tenth of so many is enough to look at

    /// <summary>
    /// Takes the method's experiment for images of about so many pixels; if null, the one for these images, on this machine.
    /// </summary>
    public int? Size { get; init; }

    private bool IsPath =>
        Named.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        || Named.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private bool HasGpu => !Settings.Contains("device=cpu") && torch.cuda.is_available();

    /// <summary>Reads the experiment.</summary>
    /// <param name="installation">The plugins.</param>
    /// <param name="tell">Receives what was put together, if no file says it.</param>
    /// <exception cref="ExperimentException">All mistakes at once, each with its place and remedy.</exception>
    public ExperimentConfig Read(Installation installation, Action<string>? tell = null)
    {
        var method = File.Exists(Named) ? null : installation.Components.Find(typeof(IPretextObjective), Named)
            ?? throw new ExperimentException(FailureKind.Usage, Missing(installation.Components));
        if (Size is not null && method is null)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                "--size chooses among the experiments of a method, as in 'ssl train simclr --data ./photos --size 64'; "
                + "a file says its sizes itself.");
        }

        if (Data is null)
        {
            return method is null ? ExperimentFile.Read(Named, Settings, installation.Components) : throw new ExperimentException(
                FailureKind.Usage,
                $"Which images? Name a folder, as in 'ssl train {Named} --data ./photos', or --data fashion-mnist or emoji, which ship.");
        }

        return Over(Data, method, installation, tell);
    }

    /// <summary>The experiment with images of the command line in the place of its own.</summary>
    private ExperimentConfig Over(string data, RegisteredComponent? method, Installation installation, Action<string>? tell)
    {
        var errors = new ConfigErrors();
        using var services = ComponentServices.For(installation).BuildServiceProvider();
        ImageSet images;
        IDataSource opened;
        int side;
        try
        {
            images = ImageSet.Find(data, installation.Components);
            opened = Open(images.All, services, installation.Components);
            side = ImageSet.ShorterSide(opened);
        }
        catch (ExperimentException e)
        {
            throw WithMistakes(e, method, installation);
        }

        var (file, rather) = method is null
            ? (Named, null)
            : PluginExperiments.Find(method, Size ?? side, Size is null && !HasGpu, installation);
        if (ConfigReader.ReadFile(file, errors, FileKind.Experiment) is not { Kind: JsonValueKind.Object } root)
        {
            errors.ThrowIfAny();
            throw new ExperimentException(FailureKind.Config, $"{file} is no experiment: it must be an object.");
        }

        var labeled = ImageSet.IsLabeled(opened);
        Put(images, labeled, labeled ? Open(images.Train, services, installation.Components).Count : opened.Count, root);
        if (method is not null)
        {
            root.Set("name", Text($"{Named}-{images.Name}"));
            root.Set("description", Text($"ssl train {Named} --data {data}, from {Path.GetFileName(file)}"));
            root.Remove("expected");
        }

        var epochs = root.Members.GetValueOrDefault("training")?.Members.GetValueOrDefault("epochs")?.Text;
        ConfigOverrides.Apply(root, Settings, errors);
        if (method is not null && ShortenWarmUp(root, epochs) is { } shortened)
        {
            tell?.Invoke(shortened);
        }

        var experiment = ExperimentFile.Bind(root, [], installation.Components, errors);
        if (rather is not null)
        {
            var (taken, fitting) = rather.Value;
            tell?.Invoke(
                $"There is no GPU here: the experiment for {taken} pixels is taken instead of that for {fitting}, "
                + $"which --size {fitting} takes.");
        }

        root.Remove(OptionsBinder.SchemaKey); // for editors
        var kind = labeled ? "images" : "unlabeled images";
        tell?.Invoke($"{file}, for {opened.Count:N0} {kind} whose shorter side is {side} pixels:\n{CompactJson.Write(root.ToJson())}");
        return experiment;
    }

    /// <summary>
    /// Puts images into an experiment: to learn from, which are all of them if none is kept to measure labels on, and to measure on.
    /// </summary>
    private static void Put(ImageSet images, bool labeled, int learned, ConfigNode root)
    {
        var train = labeled ? images.Train : images.All;
        var holder = root;
        var key = "data";
        while (holder.Members.GetValueOrDefault(key) is { Kind: JsonValueKind.Object } source && source.Members.ContainsKey("source"))
        {
            (holder, key) = (source, "source"); // a source made of another one
            if (NumberOf(source.Members.GetValueOrDefault("count")) > learned)
            {
                source.Set("count", Number(learned));
            }
        }

        holder.Set(key, train);
        if (!labeled)
        {
            root.Remove("monitor");
        }

        if (root.Members.GetValueOrDefault("evaluation") is { Kind: JsonValueKind.Object } evaluation)
        {
            evaluation.Remove("train");
            evaluation.Set("test", labeled || learned >= ManyImages ? images.Test : images.All.Copy());
            if (holder != root)
            {
                evaluation.Set("train", train.Copy());
            }

            if (!labeled)
            {
                evaluation.Set("evaluators", ConfigReader.ReadValue("""["diagnostics"]""", "--data"));
            }
        }

        if (NumberOf(root.Members.GetValueOrDefault("training")?.Members.GetValueOrDefault("batchSize")) is { } size)
        {
            // Two steps an epoch, at least; and no more than a tenth of the images left over, if a batch is not small already.
            while (size > 2 && (size > learned / 2 || (size > SmallBatch && learned % size > learned / 10)))
            {
                size /= 2;
            }

            root.Members["training"].Set("batchSize", Number(size));
        }
    }

    /// <summary>
    /// Keeps the warm-up's share of a run of fewer epochs than the method's experiment has, where it would be more than a tenth.
    /// Who sets the warm-up has the say.
    /// </summary>
    /// <returns>What was changed; null where nothing was.</returns>
    private static string? ShortenWarmUp(ConfigNode root, string? epochsBefore)
    {
        var epochs = root.Members.GetValueOrDefault("training")?.Members.GetValueOrDefault("epochs");
        var schedule = root.Members.GetValueOrDefault("schedule");
        var warmUp = schedule?.Members.GetValueOrDefault("warmupEpochs");
        if (epochs is null || warmUp is null || ConfigOverrides.IsSet(warmUp)
            || !int.TryParse(epochsBefore, CultureInfo.InvariantCulture, out var whole)
            || !int.TryParse(epochs.Text, CultureInfo.InvariantCulture, out var left)
            || !double.TryParse(warmUp.Text, CultureInfo.InvariantCulture, out var length)
            || left < 1 || left >= whole || length <= left / 10.0)
        {
            return null;
        }

        var kept = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(length * left / whole, 3)}");
        schedule!.Set("warmupEpochs", new ConfigNode(JsonValueKind.Number, epochs.Place, epochs.Folder) { Text = kept });
        return $"The warm-up of {warmUp.Text} epochs is shortened to {kept}, in proportion to {left} epochs of {whole}; "
            + "--set schedule.warmupEpochs=… sets another.";
    }

    /// <summary>What is wrong with images, and the mistakes of the experiment that they were meant for: all are told at once.</summary>
    private ExperimentException WithMistakes(ExperimentException images, RegisteredComponent? method, Installation installation)
    {
        try
        {
            var file = method is null ? Named : PluginExperiments.Find(method, Size ?? SomeSize, !HasGpu, installation).File;
            ExperimentFile.Read(file, Settings, installation.Components);
            return images;
        }
        catch (ExperimentException e)
        {
            return new ExperimentException(images.Kind, [.. images.Sentences, .. e.Sentences]);
        }
    }

    private static IDataSource Open(ConfigNode source, IServiceProvider services, ComponentCatalog catalog) =>
        services.GetRequiredService<IComponentFactory>().Create(OptionsBinder.BindAlone<IDataSource>(source, catalog));

    /// <summary>What is said where there is neither a file nor a method of the name.</summary>
    private string Missing(ComponentCatalog catalog)
    {
        if (Directory.Exists(Named))
        {
            return MissingFile.Sentence(Named, FileKind.Experiment);
        }

        string[] methods = [.. catalog.Of(typeof(IPretextObjective)).Select(c => c.Descriptor.Name)];
        var word = Path.GetFileNameWithoutExtension(Named);
        var (file, method) = (MissingFile.Near(Named, FileKind.Experiment), Nearest.To(word, methods));
        var isFile = file is not null && (IsPath ? method != word : method is null);
        var hint = isFile ? $"did you mean {(IsPath ? "" : "the experiment ")}\"{file}\"?"
            : method is null ? $"name an experiment file, such as {FileKind.Experiment.Example}, or a method: "
                + $"{string.Join(", ", methods.Order(StringComparer.Ordinal))}."
            : IsPath ? $"did you mean the method, as in 'ssl train {method} --data {Data ?? "./photos"}'?"
            : $"did you mean \"{method}\"?";
        return $"There is no {(IsPath ? "experiment" : "method")} \"{Named}\"; {hint}";
    }

    private static ConfigNode Text(string text) => new(JsonValueKind.String, "--data", Directory.GetCurrentDirectory()) { Text = text };

    private static ConfigNode Number(int number) =>
        new(JsonValueKind.Number, "--data", Directory.GetCurrentDirectory()) { Text = $"{number}" };

    private static int? NumberOf(ConfigNode? node) =>
        node is { Kind: JsonValueKind.Number } && int.TryParse(node.Text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
