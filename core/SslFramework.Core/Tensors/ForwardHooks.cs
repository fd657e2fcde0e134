using System.Runtime.CompilerServices;

namespace SslFramework.Core.Tensors;

/// <summary>Detects hooks on a module's output. TorchSharp adds and removes hooks, but does not list them.</summary>
internal static class ForwardHooks
{
    /// <summary>
    /// Whether <c>call</c> would run a forward hook that <c>forward</c> would not. Hooks on the input do not count: those that exchange
    /// gradients are on every layer, and those around a layer suffice for it.
    /// </summary>
    public static bool Any<TBefore, TAfter>(nn.HookableModule<TBefore, TAfter> module) =>
        Fields<TBefore, TAfter>.After(module).Count > 0 || Fields<TBefore, TAfter>.AfterAny(module).Count > 0;

    private static class Fields<TBefore, TAfter>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "post_hooks")]
        public static extern ref Dictionary<string, TAfter> After(nn.HookableModule<TBefore, TAfter> module);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "module_post_hooks")]
        public static extern ref Dictionary<string, Action<nn.Module>> AfterAny(nn.HookableModule<TBefore, TAfter> module);
    }
}
