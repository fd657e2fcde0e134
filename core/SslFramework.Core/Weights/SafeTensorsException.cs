namespace SslFramework.Core.Weights;

/// <summary>A weight file is missing, damaged or not a safetensors file.</summary>
internal sealed class SafeTensorsException : ExperimentException
{
    /// <summary>Makes the error.</summary>
    public SafeTensorsException(string message, Exception? inner = null)
        : base(FailureKind.Checkpoint, message, inner)
    {
    }
}
