namespace SslFramework.Engine.Training;

/// <summary>Mean of the losses since it was last read.</summary>
internal sealed class LossMeter
{
    public double Sum { get; set; }

    public int Count { get; set; }

    public void Add(double loss)
    {
        Sum += loss;
        Count++;
    }

    /// <summary>NaN where no step was taken.</summary>
    public double TakeMean()
    {
        var mean = Sum / Count;
        (Sum, Count) = (0, 0);
        return mean;
    }
}
