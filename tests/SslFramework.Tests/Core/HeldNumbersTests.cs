using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SslFramework.Tests.Core;

/// <summary>
/// TorchSharp frees a number while libtorch reads it if a method takes the pointer of a number that nobody holds. Its methods that do so are
/// known, and the framework calls none of them with a number.
/// </summary>
[TestClass]
internal class HeldNumbersTests
{
    private static readonly string[] Known =
    [
        "linalg.matrix_norm", "linalg.vector_norm", "ScriptModule.DetermineArgumentTypeRefs", "ScriptModule.DetermineArgumentTypeRefs", "ScriptModule.DetermineArgumentTypeRefs",
    ];

    [TestMethod]
    public void TorchSharp_MethodsThatTakeThePointerOfANumberThatNobodyHolds_AreKnown()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(torch).Assembly.Location);
        var found = Methods(assembly)
            .SelectMany(method => method.Body.Instructions.Where(IsPointerOfAPassingNumber), (method, _) => $"{method.DeclaringType.Name}.{method.Name}");
        CollectionAssert.AreEquivalent(Known, found.ToArray());
    }

    [TestMethod]
    public void Framework_OfThese_CallsInvokeAloneAndInOnePlace()
    {
        var assemblies = Directory.EnumerateFiles(Repository.HostFolder, "*.dll", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is "ssl.dll" or "SslFramework.Testing.dll" || Path.GetFileName(file).StartsWith("SslFramework.", StringComparison.Ordinal));
        var callers = assemblies.SelectMany(CallsOf).Distinct().ToArray();
        CollectionAssert.AreEqual(new[] { "SslFramework.Core.Optimization.TensorLists calls CompilationUnit.invoke" }, callers);
    }

    private static IEnumerable<string> CallsOf(string file)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(file);
        return [.. from method in Methods(assembly)
                   from instruction in method.Body.Instructions
                   where instruction.Operand is MethodReference called && TakesNumbers(called)
                   let to = (MethodReference)instruction.Operand
                   select $"{method.DeclaringType.FullName} calls {to.DeclaringType.Name}.{to.Name}"];
    }

    private static bool TakesNumbers(MethodReference called) => called.DeclaringType.Name switch
    {
        "linalg" => called.Name is "vector_norm" or "matrix_norm" && called.Parameters.Any(parameter => parameter.ParameterType.Name == nameof(Double)),
        "CompilationUnit" => called.Name == "invoke",
        "ScriptModule" or "ScriptModule`1" or "ScriptModule`2" or "ScriptModule`3" => called.Name is "invoke" or "call" or "forward",
        _ => false,
    };

    private static bool IsPointerOfAPassingNumber(Instruction instruction) =>
        instruction.Operand is MethodReference { Name: "get_Handle", DeclaringType.Name: "Scalar" }
        && instruction.Previous.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj;

    private static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.Modules.SelectMany(module => module.GetTypes()).SelectMany(type => type.Methods).Where(method => method.HasBody);
}
