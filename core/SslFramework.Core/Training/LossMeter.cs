namespace SslFramework.Core.Training;

/// <summary>Mean of the losses since it was last read.</summary>
internal sealed class LossMeter
{
    private double sum;
    private int count;

    /// <summary>Adds a loss and returns it. On a GPU this waits for the forward pass.</summary>
    public double Add(Tensor loss)
    {
        var value = loss.ToDouble();
        sum += value;
        count++;
        return value;
    }

    public double TakeMean()
    {
        var mean = sum / count;
        (sum, count) = (0, 0);
        return mean;
    }
}
