using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;

namespace SslFramework.Host.Plugins;

/// <summary>A plugin that an exception came out of: its frames are on the stack, whoever called it.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Phase">What the host had asked it for: <c>RotationObjective.ComputeLoss</c>, or a constructor.</param>
/// <param name="Cause">What the plugin threw, or let through.</param>
public sealed record PluginFault(string Plugin, string Phase, Exception Cause)
{
    /// <summary>The fault in one sentence.</summary>
    public string Sentence => $"Plugin {Plugin} failed in {Phase} with {Told(Cause)}";

    /// <summary>A fault in training, in one sentence.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="method">Whom to name where no plugin is on the stack: <c>The objective "simclr" of …</c>.</param>
    /// <param name="step">The step that was being taken.</param>
    public static string SentenceFor(Exception error, string method, long step) => Find(error) is { } fault
        ? $"Plugin {fault.Plugin} failed in {fault.Phase} at step {step} with {Told(fault.Cause)} The same command goes on from the last checkpoint."
        : $"{method} failed at step {step} with {Told(error)} The same command goes on from the last checkpoint.";

    /// <summary>The plugin that threw, or null where none was involved.</summary>
    public static PluginFault? Find(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            var entry = new StackTrace(cause).GetFrames()
                .Select(frame => frame.GetMethod())
                .LastOrDefault(method => method is not null && PluginOf(method) is not null); // the outermost: what the host called
            if (entry is not null)
            {
                return new PluginFault(PluginOf(entry)!, PhaseOf(entry), Innermost(cause));
            }
        }

        return null;
    }

    /// <summary>A load context of the plugin loader has the plugin's name.</summary>
    private static string? PluginOf(MethodBase method) =>
        AssemblyLoadContext.GetLoadContext(method.Module.Assembly) is { } context && context.GetType().Assembly == typeof(PluginLoader).Assembly
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

    /// <summary>The first line: libtorch adds its own stack to it.</summary>
    private static string Told(Exception error) =>
        $"{error.GetType().Name}: {error.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}. --trace shows where, which the author will want to see.";

    private static Exception Innermost(Exception error) =>
        error is TargetInvocationException or TypeInitializationException or AggregateException && error.InnerException is { } inner ? Innermost(inner) : error;
}
