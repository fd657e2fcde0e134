using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using SslFramework.Host.Configuration;
using SslFramework.Plugins.Context;

namespace SslFramework.Tests.Host.Configuration;

[TestClass]
public class OptionsBinderTests
{
    public interface ICrop;

    public enum Filter
    {
        Bilinear,
        Bicubic,
    }

    [TestMethod]
    public void Bind_EveryKindOfValue_IsRead()
    {
        var recipe = Bound("""
            {
              // comments and trailing commas are welcome
              "size": 28, "scale": [0.2, 1], "filter": "bicubic", "title": "a", "limit": 3, "always": true,
              "inner": { "rate": 0.5 }, "crop": { "name": "random-crop", "padding": 4 }, "crops": ["random-crop"],
            }
            """);

        Assert.AreEqual(28, recipe.Size);
        CollectionAssert.AreEqual(new[] { 0.2, 1.0 }, recipe.Scale.ToArray());
        Assert.AreEqual(Filter.Bicubic, recipe.Filter);
        Assert.AreEqual(3, recipe.Limit);
        Assert.IsTrue(recipe.Always);
        Assert.AreEqual(0.5, recipe.Inner.Rate);
        Assert.AreEqual(4, ((CropOptions)recipe.Crop!.Options).Padding);
        Assert.AreEqual("random-crop", recipe.Crops.Single().Descriptor.Name);
    }

    [TestMethod]
    public void Bind_NothingSet_HasTheDefaults()
    {
        var recipe = Bound("""{ "size": 1 }""");
        Assert.AreEqual(Filter.Bilinear, recipe.Filter);
        Assert.IsNull(recipe.Limit);
    }

    [TestMethod]
    [DataRow("""{ "size": 1, "filtr": "bicubic" }""", "test.json:1:23: unknown key \"filtr\"; did you mean \"filter\"?")]
    [DataRow("""{ "size": 1, "inner": { "rat": 1 } }""", "unknown key \"rat\" in \"inner\"; did you mean \"rate\"?")]
    [DataRow("""{ "size": 1, "rate": 1 }""", "unknown key \"rate\"; did you mean \"inner.rate\"?")]
    [DataRow("""{ "size": 1, "ratee": 1 }""", "unknown key \"ratee\"; did you mean \"inner.rate\"?")]
    [DataRow("""{ "size": 1, "padding": 1, "crop": "random-crop" }""", "unknown key \"padding\"; did you mean \"crop.padding\"?")]
    [DataRow("""{ "size": 1, "paddin": 1, "crops": ["random-crop"] }""", "unknown key \"paddin\"; did you mean \"crops.0.padding\"?")]
    [DataRow("""{ "size": 1, "inner": { "padding": 1 }, "crops": ["random-crop"] }""", "unknown key \"padding\" in \"inner\"; known: rate")]
    [DataRow("""{ "size": 1, "inner": { "title": "x" } }""", "unknown key \"title\" in \"inner\"; did you mean \"title\" outside of it?")]
    [DataRow("""{ "size": 1, "xyz": 1 }""", "unknown key \"xyz\"; known: always, ")]
    [DataRow("""{ "size": "8" }""", "test.json:1:11: \"size\" is the text \"8\", but must be a whole number")]
    [DataRow("""{ "size": 8.5 }""", "\"size\" is 8.5, but must be a whole number")]
    [DataRow("""{ "size": null }""", "\"size\" is null, but must be a whole number")]
    [DataRow("""{ "size": 1, "always": null }""", "\"always\" is null, but must be true or false; leave the key out for its default")]
    [DataRow("""{ "size": 1, "inner": null }""", "\"inner\" is null, but must be an object; leave the key out")]
    [DataRow("""{ "size": 1, "crops": [null] }""", "\"crops[0]\" is null, but must be a crop")]
    [DataRow("""{ "size": 1, "crops": [{ "padding": 1 }] }""", "\"crops[0]\" must name a crop")]
    [DataRow("""{ "size": 99999999999 }""", "must be a whole number")]
    [DataRow("""{ "size": 1, "scale": 0.5 }""", "\"scale\" is 0.5, but must be a list of numbers")]
    [DataRow("""{ "size": 1, "scale": [0.5, "x"] }""", "\"scale[1]\" is the text \"x\", but must be a number")]
    [DataRow("""{ "size": 1, "scale": [0.5, 1.4] }""", "\"scale\" is a list, but must be from 0 to 1")]
    [DataRow("""{ "size": 0 }""", "\"size\" is 0, but must be at least 1")]
    [DataRow("""{ "size": 1, "inner": { "rate": 1.4 } }""", "\"inner.rate\" is 1.4, but must be from 0 to 1")]
    [DataRow("""{ "size": 1, "filter": "bicubik" }""", "did you mean \"bicubic\"? Known: bicubic, bilinear")]
    [DataRow("""{ "size": 1, "crop": { "name": "random-crp" } }""", "there is no crop \"random-crp\"; did you mean \"random-crop\"?")]
    [DataRow("""{ "size": 1, "crop": { "padding": 1 } }""", "\"crop\" must name a crop")]
    [DataRow("""{ "size": 1, "crop": { "name": "random-crop", "paddin": 1 } }""", "unknown key \"paddin\" in \"crop\"; did you mean \"padding\"?")]
    [DataRow("""{ "size": 1, "size": 2 }""", "the key \"size\" stands twice; remove one")]
    [DataRow("""{ }""", "the experiment needs the key \"size\" (whole number)")]
    [DataRow("""{ "size": 1, "first": 2, "last": 1 }""", "last comes before first")]
    [DataRow("""{ "size": 1, "images": "a\u0000b" }""", "\"images\" has a null character in it")]
    [DataRow("[1]", "the experiment is a list, but must be an object")]
    [DataRow("""{ "size": 1 """, "this is not JSON: it ends before all of it is closed")]
    [DataRow("", "the file is empty")]
    public void Bind_AMistake_IsOneSentenceWithItsPlace(string json, string expected)
    {
        var errors = new ConfigErrors();
        Bind(json, errors);
        Assert.AreEqual(1, errors.Count, string.Join('\n', errors.Lines));
        StringAssert.Contains(errors.Lines.Single(), expected);
    }

    [TestMethod]
    [DataRow("""{ "colour": "drop" }""", "unknown key \"colour\"; did you mean \"color\"?")]
    [DataRow("""{ "pairs": "neighbours" }""", "did you mean \"neighbors\"?")]
    public void Bind_TheBritishSpelling_IsAnsweredWithTheAmericanOne(string json, string expected)
    {
        var errors = new ConfigErrors();
        new OptionsBinder(TestCatalog.Empty, errors).Bind<ContextOptions>(Read(json, errors)!);
        StringAssert.Contains(errors.Lines.Single(), expected);
    }

    [TestMethod]
    public void Bind_ManyMistakes_AreToldAtOnceInTheOrderOfTheFile()
    {
        var errors = new ConfigErrors();
        Bind("""
            { "size": 0,
              "title": 5,
              "filter": "x",
              "nonsense": 1 }
            """, errors);
        CollectionAssert.AreEqual(
            new[] { "test.json:1", "test.json:2", "test.json:3", "test.json:4" },
            errors.Lines.Select(line => line[..11]).ToArray());
    }

    [TestMethod]
    public void Bind_TypeNamesAndPaths_AreOnlyData()
    {
        var errors = new ConfigErrors();
        Bind("""{ "size": 1, "$type": "System.IO.File", "crop": "../evil.dll" }""", errors);
        Assert.AreEqual(2, errors.Count);
    }

    [TestMethod]
    public void Write_ThenBind_GivesTheSameOptions()
    {
        var recipe = Bound("""{ "size": 3, "crop": { "name": "random-crop", "padding": 2 }, "scale": [0.1] }""");
        var again = Bound(OptionsWriter.Write(recipe)!.ToJsonString());
        Assert.IsTrue(JsonNode.DeepEquals(OptionsWriter.Write(recipe), OptionsWriter.Write(again)));
        Assert.AreEqual(2, ((CropOptions)again.Crop!.Options).Padding);
    }

    [TestMethod]
    [DataRow("size=5", 5, 0)]
    [DataRow("crop.padding=7", 1, 7)]
    public void Overrides_KeysWithDots_SetOneValue(string setting, int size, int padding)
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "crop": "random-crop" }""", errors)!;
        ConfigOverrides.Apply(root, [setting], errors);
        var recipe = new OptionsBinder(TestCatalog.Of<ICrop, Crop, CropOptions>("random-crop"), errors).Bind<Recipe>(root);

        errors.ThrowIfAny();
        Assert.AreEqual(size, recipe!.Size);
        Assert.AreEqual(padding, ((CropOptions)recipe.Crop!.Options).Padding);
    }

    [TestMethod]
    [DataRow("scale.1=0.7", 0.7)]
    [DataRow("scale[1]=0.7", 0.7)]
    public void Overrides_ItemOfAList_IsNamedByNumber(string setting, double expected)
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "scale": [0.1, 0.2] }""", errors)!;
        ConfigOverrides.Apply(root, [setting], errors);
        Assert.AreEqual(expected, new OptionsBinder(TestCatalog.Empty, errors).Bind<Recipe>(root)!.Scale[1]);
    }

    [TestMethod]
    [DataRow("size", "write --set key=value")]
    [DataRow("scale.9=1", "is a list of 1; its item is named 0")]
    [DataRow("size.x=1", "has no \"x\"")]
    [DataRow("rate=1", "--set rate=1: unknown key \"rate\"; did you mean \"inner.rate\"?")]
    [DataRow("title=null", "--set title=null: \"title\" is null, but must be text")]
    [DataRow("crops.0=x", "\"crops\" is an empty list; set the whole of it")]
    [DataRow("inner={\"rate\":3", "--set inner={\"rate\":3: the value looks like JSON, but at its character 10: it ends before all of it is closed; put all of it into single quotes")]
    [DataRow("crops=[{\"x\"}]", "the value looks like JSON, but at its character 6: '}' is invalid after a property name")]
    [DataRow("inner={rate:3}", "at its character 2: 'r' is an invalid start of a property name")]
    [DataRow("inner={\"rate\":0,\"rate\":0}", "the key \"rate\" stands twice")]
    [DataRow("sise=1", "--set sise=1: unknown key \"sise\"; did you mean \"size\"?")]
    public void Overrides_AMistake_IsOneSentence(string setting, string expected)
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "scale": [1], "crops": [] }""", errors)!;
        ConfigOverrides.Apply(root, [setting], errors);
        new OptionsBinder(TestCatalog.Empty, errors).Bind<Recipe>(root);
        StringAssert.Contains(errors.Lines.Single(), expected);
    }

    [TestMethod]
    public void Overrides_ValuesThatEndLikeAPlaceInAFile_AreToldAsTheyAre()
    {
        var errors = new ConfigErrors();
        ConfigOverrides.Apply(Read("""{ "size": 1 }""", errors)!, ["size.x=:1:99999999999:1", "size.y=:99999999999:1"], errors);
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(errors.ThrowIfAny).Message, "--set size.y=:99999999999:1: \"size\"");
    }

    [TestMethod]
    [DataRow("limit=null")]
    [DataRow("crop=null")]
    public void Overrides_Null_SetsOffWhatCanBeAbsent(string setting)
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "limit": 3, "crop": "random-crop" }""", errors)!;
        ConfigOverrides.Apply(root, [setting], errors);
        var recipe = new OptionsBinder(TestCatalog.Of<ICrop, Crop, CropOptions>("random-crop"), errors).Bind<Recipe>(root)!;
        Assert.AreEqual((setting == "limit=null", setting == "crop=null"), (recipe.Limit is null, recipe.Crop is null));
    }

    [TestMethod]
    public void Overrides_AnotherComponent_SaysThatTheOldOnesKeysStay()
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "crop": { "name": "other", "sides": 3 } }""", errors)!;
        ConfigOverrides.Apply(root, ["crop.name=random-crop"], errors);
        new OptionsBinder(TestCatalog.Of<ICrop, Crop, CropOptions>("random-crop"), errors).Bind<Recipe>(root);
        CollectionAssert.Contains(
            errors.Lines.ToArray(), "--set crop.name=random-crop: the other keys of \"crop\" stay as they were; --set crop=random-crop takes the place of all of them");
    }

    [TestMethod]
    public void Overrides_BelowNull_SetItOnAgain()
    {
        var errors = new ConfigErrors();
        var root = Read("""{ "size": 1, "crop": null }""", errors)!;
        ConfigOverrides.Apply(root, ["crop.name=random-crop", "crop.padding=2"], errors);
        var recipe = new OptionsBinder(TestCatalog.Of<ICrop, Crop, CropOptions>("random-crop"), errors).Bind<Recipe>(root)!;
        Assert.AreEqual(2, ((CropOptions)recipe.Crop!.Options).Padding);
    }

    [TestMethod]
    public void Write_NullWhereTheDefaultIsNot_IsReadBack()
    {
        var recipe = Bound("""{ "size": 1, "most": null }""");
        Assert.IsNull(recipe.Most);
        Assert.IsNull(Bound(OptionsWriter.Write(recipe)!.ToJsonString()).Most);
        Assert.AreEqual(9, Bound("""{ "size": 1 }""").Most);
    }

    [TestMethod]
    public void FilePath_Relative_CountsFromTheFile()
    {
        var errors = new ConfigErrors();
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "x.json");
        File.WriteAllText(file, """{ "size": 1, "images": "../data/x.gz" }""");
        var recipe = new OptionsBinder(TestCatalog.Empty, errors).Bind<Recipe>(ConfigReader.ReadFile(file, errors, FileKind.Experiment)!);
        Assert.AreEqual(Path.GetFullPath(Path.Combine(folder.FullName, "../data/x.gz")), recipe!.Images);
        folder.Delete(recursive: true);
    }

    private static Recipe Bound(string json)
    {
        var errors = new ConfigErrors();
        var recipe = Bind(json, errors);
        errors.ThrowIfAny();
        return recipe!;
    }

    private static Recipe? Bind(string json, ConfigErrors errors) =>
        Read(json, errors) is { } root
            ? new OptionsBinder(TestCatalog.Of<ICrop, Crop, CropOptions>("random-crop"), errors).Bind<Recipe>(root)
            : null;

    private static ConfigNode? Read(string json, ConfigErrors errors)
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "test.json");
        File.WriteAllText(file, json);
        var root = ConfigReader.ReadFile(file, errors, FileKind.Experiment);
        folder.Delete(recursive: true);
        return root;
    }

    public sealed record Recipe : IValidatableObject
    {
        [Range(1, int.MaxValue)]
        public required int Size { get; init; }

        [Range(0, 1)]
        public IReadOnlyList<double> Scale { get; init; } = [];

        public Filter Filter { get; init; }

        public string Title { get; init; } = "";

        public int? Limit { get; init; }

        public int? Most { get; init; } = 9;

        public bool Always { get; init; }

        public Inner Inner { get; init; } = new();

        [FilePath]
        public string Images { get; init; } = "";

        public Component<ICrop>? Crop { get; init; }

        public IReadOnlyList<Component<ICrop>> Crops { get; init; } = [];

        public int First { get; init; }

        public int Last { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Last < First)
            {
                yield return new ValidationResult("last comes before first");
            }
        }
    }

    public sealed record Inner
    {
        [Range(0, 1)]
        public double Rate { get; init; }
    }

    public sealed record CropOptions
    {
        public int Padding { get; init; }
    }

    public sealed class Crop : ICrop;
}
