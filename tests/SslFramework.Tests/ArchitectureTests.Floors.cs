using System.Globalization;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using SslFramework.Core.Tensors;
using SslFramework.Engine;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests;

/// <summary>The floors of Core and of the program: what stands in a folder uses that folder and lower floors, and nothing else.</summary>
public partial class ArchitectureTests
{
    private const int MostFilesOfAFolder = 25;
    private const int LongestLine = 140;
    private const string Roof = "."; // what stands in no folder

    private static readonly Building[] Buildings =
    [
        new(Core, "core/SslFramework.Core", typeof(StateDict).Assembly.Location,
        [
            ["Augmentations", "Optimization", "Processors", "Storage"],
            ["Onnx", "Tensors"],
            ["Backbones", "Diagnostics", "Weights"],
            ["Data", "Distributed", "Objectives"],
            ["Evaluation"],
        ]),
        new(Engine, "core/SslFramework.Engine", typeof(BuiltInComponents).Assembly.Location,
        [
            ["Faults", "Weights"],
            ["Distributed"],
            ["Data"],
            ["Evaluation", "Pictures", "Training"],
        ]),
        new("SslFramework.Host", "host/SslFramework.Host", typeof(PluginCatalog).Assembly.Location,
        [
            ["Machine", "Terminal"],
            ["Failures"],
            ["Components"],
            ["Configuration", "Plugins"],
            ["Diagnosis", "Experiments"],
            ["Evaluation", "Plans", "Runs"],
            ["Comparison", "Processes"],
            ["Reports", "Weights"],
            ["Training"],
            ["Sweeps"],
            ["Commands"],
        ]),
    ];

    public static IEnumerable<string> Names => Buildings.Select(building => building.Name);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Folder_OfABuilding_HasAFloor(string name)
    {
        var building = Building.Of(name);
        CollectionAssert.AreEquivalent(
            building.Floors.SelectMany(floor => floor).ToArray(),
            building.Files().Select(file => building.FolderOf(file)).Where(folder => folder.Length > 0).Distinct().ToArray());
    }

    /// <summary>What the compiler resolved: every type in a signature, an attribute or a body.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Folder_OfABuilding_UsesTypesOfLowerFloorsAlone(string name)
    {
        var building = Building.Of(name);
        using var assembly = AssemblyDefinition.ReadAssembly(building.Assembly);
        AssertNone(
            from type in assembly.MainModule.GetTypes()
            let folder = building.FolderOfType(type)
            where folder is not ("" or Roof)
            from used in TypesOf(type).OfType<TypeDefinition>()
            let other = building.FolderOfType(used)
            where other.Length > 0 && other != folder && building.FloorOf(other) >= building.FloorOf(folder)
            select $"{folder} ({type.FullName}) uses {other} ({used.FullName})",
            _ => true);
    }

    /// <summary>Constants leave no trace in what is compiled, but a line that names their namespace.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Folder_OfABuilding_HasUsingsOfLowerFloorsAlone(string name)
    {
        var building = Building.Of(name);
        AssertNone(
            from file in building.Files()
            let folder = building.FolderOf(file)
            where folder.Length > 0
            from Match used in UsedNamespace().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
            let other = building.FolderOfNamespace(used.Groups[1].Value)
            where other.Length > 0 && other != folder && building.FloorOf(other) >= building.FloorOf(folder)
            select $"{file} names {used.Groups[1].Value}",
            _ => true);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Folder_OfABuilding_IsItsFilesNamespaceAndHasAtMost25OfThem(string name)
    {
        var building = Building.Of(name);
        AssertNone(
            building.Files().Where(file => Path.GetFileName(file) != "Program.cs"),
            file => DeclaredNamespace().Match(File.ReadAllText(Path.Combine(Repository.Root, file))).Groups[1].Value != building.NamespaceOf(file));
        AssertNone(
            building.Files().GroupBy(file => Path.GetDirectoryName(file)!).Select(folder => $"{folder.Key}: {folder.Count()}"),
            folder => int.Parse(folder.Split(' ')[1], CultureInfo.InvariantCulture) > MostFilesOfAFolder);
    }

    [TestMethod]
    public void Line_OfTheProduct_HasAtMost140Characters() =>
        AssertNone(
            from file in Sources("core", "plugins", "host")
            from line in File.ReadLines(Path.Combine(Repository.Root, file)).Index()
            where line.Item.Length > LongestLine
            select $"{file}:{line.Index + 1}",
            _ => true);

    private static IEnumerable<TypeReference?> TypesOf(TypeDefinition type)
    {
        var members = type.Methods.Cast<IMemberDefinition>().Concat(type.Fields).Concat(type.Properties).Concat(type.Events).Append(type);
        var named = new List<TypeReference?> { type.BaseType };
        named.AddRange(type.Interfaces.Select(contract => contract.InterfaceType));
        named.AddRange(type.Fields.Select(field => field.FieldType));
        named.AddRange(members.SelectMany(member => member.CustomAttributes).Select(attribute => attribute.AttributeType));
        foreach (var method in type.Methods)
        {
            named.Add(method.ReturnType);
            named.AddRange(method.Parameters.Select(parameter => parameter.ParameterType));
            foreach (var local in method.Body?.Variables ?? [])
            {
                named.Add(local.VariableType);
            }

            foreach (var instruction in method.Body?.Instructions ?? [])
            {
                named.AddRange(TypesOf(instruction));
            }
        }

        return named.SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> TypesOf(Instruction instruction) => instruction.Operand switch
    {
        TypeReference used => [used],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    /// <summary>A type without its array or its reference, and the arguments of a generic one.</summary>
    private static IEnumerable<TypeReference?> Parts(TypeReference? type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    [GeneratedRegex(@"^\s*(?:global )?using (?:static |\w+ = )?(SslFramework\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsedNamespace();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex DeclaredNamespace();

    /// <summary>A project whose folders are its namespaces.</summary>
    /// <param name="Name">Its root namespace.</param>
    /// <param name="Project">Its folder.</param>
    /// <param name="Assembly">What is built of it.</param>
    /// <param name="Floors">The folders, from the ground up. Those of one floor do not use each other.</param>
    private sealed record Building(string Name, string Project, string Assembly, string[][] Floors)
    {
        public static Building Of(string name) => Buildings.Single(building => building.Name == name);

        public IEnumerable<string> Files() => Repository.Files(Project, "*.cs");

        public string FolderOf(string file) => Path.GetRelativePath(Project, file).Split(Path.DirectorySeparatorChar) is [var folder, _, ..] ? folder : "";

        /// <summary>Empty for a namespace of others, such as that of generated code.</summary>
        public string FolderOfNamespace(string name) =>
            name == Name ? Roof : name.StartsWith(Name + ".", StringComparison.Ordinal) ? name[(Name.Length + 1)..].Split('.')[0] : "";

        public string FolderOfType(TypeDefinition type) => type.DeclaringType is { } outer ? FolderOfType(outer) : FolderOfNamespace(type.Namespace);

        public string NamespaceOf(string file) =>
            Path.GetDirectoryName(Path.GetRelativePath(Project, file)) is { Length: > 0 } folder ? $"{Name}.{folder.Replace(Path.DirectorySeparatorChar, '.')}" : Name;

        /// <summary>The ground floor is 0, and the roof is above all.</summary>
        public int FloorOf(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder)) is >= 0 and var floor ? floor : Floors.Length;
    }
}
