using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;
using SslFramework.Core.Tensors;

namespace SslFramework.Host.Failures;

/// <summary>A plugin that an exception came out of: its frames are on the stack, whoever called it.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Phase">What the host had asked it for: <c>RotationObjective.ComputeLoss</c>, or a constructor.</param>
/// <param name="Cause">What the plugin threw, or let through.</param>
internal sealed record PluginFault(string Plugin, string Phase, Exception Cause)
{
    /// <summary>The plugin's own file and line, if its symbols are there.</summary>
    public string? Place { get; init; }

    /// <summary>The fault in one sentence.</summary>
    public string Sentence => $"{Beginning}{Told}";

    private string Beginning => $"Plugin {Plugin} failed in {Phase}{(Place is null ? "" : $" ({Place})")}";

    private string Told => Cause switch
    {
        ArgumentException when Cause.TargetSite?.DeclaringType == typeof(StepResult) => $": {Cause.Message}.",
        InvalidOperationException when Cause.Message.Contains("empty handle", StringComparison.Ordinal) =>
            ": a tensor was used whose memory is freed, such as one of an earlier step; "
            + "keep what must outlive a step in a buffer of the module, and change it in place.",
        _ => $" with {Cause.GetType().Name}: {FirstLine(Cause)}. --trace shows where, which the author will want to see.",
    };

    /// <summary>A fault in training, in one sentence.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="objective">
    /// Whom to name where an objective is to blame without being on the stack: <c>The objective "simclr" of …</c>.
    /// </param>
    /// <param name="step">The step that was being taken.</param>
    /// <param name="saved">The newest checkpoint's step; 0 where there is none.</param>
    /// <returns>Null where no plugin had to do with it.</returns>
    public static string? SentenceFor(Exception error, string objective, long step, long saved)
    {
        var next = saved > 0 ? $" The same command goes on from step {saved}." : "";
        return error is ObjectiveException ? $"{objective} failed at step {step}: {error.Message}{next}"
            : Find(error) is { } fault ? $"{fault.Beginning} at step {step}{fault.Told}{next}"
            : null;
    }

    /// <summary>The plugin that threw, or null where none was involved.</summary>
    public static PluginFault? Find(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            var frames = new StackTrace(cause, fNeedFileInfo: true).GetFrames().Where(IsOfAPlugin).ToList();
            if (frames.Count > 0)
            {
                var entry = frames[^1].GetMethod()!; // the outermost: what the host called
                return new PluginFault(PluginOf(entry)!, PhaseOf(entry), Innermost(cause))
                {
                    Place = frames.Select(SourceLine.Of).FirstOrDefault(place => place is not null),
                };
            }
        }

        return null;
    }

    private static bool IsOfAPlugin(StackFrame frame) => frame.GetMethod() is { } method && PluginOf(method) is not null;

    /// <summary>A load context of the plugin loader has the plugin's name.</summary>
    private static string? PluginOf(MethodBase method) =>
        AssemblyLoadContext.GetLoadContext(method.Module.Assembly) is { } context
        && context.GetType().Assembly == typeof(PluginLoader).Assembly
            ? context.Name
            : null;

    private static string PhaseOf(MethodBase method)
    {
        var (type, name) = (method.DeclaringType, method.Name);

        // The compiler's classes for lambdas and iterators: <ComputeLoss>d__3.MoveNext, <>c.<ComputeLoss>b__0.
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            name = NameIn(type.Name) ?? NameIn(name) ?? name;
            type = outer;
        }

        return name is ".ctor" or ".cctor" ? $"the constructor of {type?.Name}" : $"{type?.Name}.{NameIn(name) ?? name}";
    }

    private static string? NameIn(string generated) =>
        generated.StartsWith('<') && generated.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? generated[1..end] : null;

    /// <summary>libtorch adds its own stack to it.</summary>
    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd('.', '\r', ' ');

    private static Exception Innermost(Exception error) =>
        error is TargetInvocationException or TypeInitializationException or AggregateException && error.InnerException is { } inner
            ? Innermost(inner)
            : error;
}
