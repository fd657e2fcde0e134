namespace SslFramework.Core.Distributed;

/// <summary>Calls built from those of <see cref="IProcessGroup"/>. With one process they do nothing.</summary>
public static class ProcessGroupExtensions
{
    /// <summary>Writes the sum over all processes into <paramref name="values"/>.</summary>
    public static void Sum(this IProcessGroup group, Tensor values) => group.BeginSum(values).GetAwaiter().GetResult();

    /// <summary>Writes the mean over all processes into <paramref name="values"/>, floating-point numbers.</summary>
    public static void Average(this IProcessGroup group, Tensor values)
    {
        if (group.Count > 1)
        {
            group.Sum(values);
            values.div_(group.Count);
        }
    }

    /// <summary>Whether all processes say yes.</summary>
    public static bool All(this IProcessGroup group, bool own)
    {
        if (group.Count == 1)
        {
            return own;
        }

        using var no = tensor(own ? 0L : 1L, device: CPU);
        group.Sum(no);
        return no.item<long>() == 0;
    }

    /// <summary>Copies rank 0's parameters and buffers to every process.</summary>
    public static void Share(this IProcessGroup group, nn.Module module)
    {
        if (group.Count == 1)
        {
            return;
        }

        using var gradient = no_grad();
        foreach (var tensor in module.parameters().Concat(module.named_buffers().Select(buffer => buffer.buffer)))
        {
            using var scope = NewDisposeScope();
            var values = tensor.detach().contiguous();
            group.Broadcast(values);
            if (values.Handle != tensor.Handle)
            {
                tensor.copy_(values);
            }
        }
    }

    /// <summary>Returns rank 0's text, or null, in every process.</summary>
    public static string? Share(this IProcessGroup group, string? text)
    {
        if (group.Count == 1)
        {
            return text;
        }

        using var scope = NewDisposeScope();
        var bytes = text is null ? null : System.Text.Encoding.UTF8.GetBytes(text);
        var length = tensor((long)(bytes?.Length ?? -1), device: CPU);
        group.Broadcast(length);
        if (length.item<long>() <= 0)
        {
            return length.item<long>() < 0 ? null : "";
        }

        var content = bytes is null || group.Rank > 0 ? zeros(length.item<long>(), uint8, CPU) : tensor(bytes, device: CPU);
        group.Broadcast(content);
        return System.Text.Encoding.UTF8.GetString(content.bytes);
    }

    /// <summary>The exception for tensors whose type <see cref="IProcessGroup.BeginSum"/> does not accept.</summary>
    internal static ArgumentException NotSummable(Tensor values) =>
        new($"Tensors of {values.dtype} cannot be summed up over processes.", nameof(values));

    /// <summary>Waits for all processes.</summary>
    public static void Barrier(this IProcessGroup group) => group.All(true);
}
