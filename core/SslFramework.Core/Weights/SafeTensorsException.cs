namespace SslFramework.Core.Weights;

/// <summary>A weight file is missing, damaged or not a safetensors file.</summary>
public sealed class SafeTensorsException : ExperimentException
{
    /// <summary>Makes the error.</summary>
    public SafeTensorsException(string message, Exception? inner = null)
        : base(ExitCode.Checkpoint, message, inner)
    {
    }
}
