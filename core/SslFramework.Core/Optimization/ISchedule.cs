namespace SslFramework.Core.Optimization;

/// <summary>The learning rate as a pure function of time. Built from an options record and <see cref="RunLength"/>.</summary>
public interface ISchedule
{
    /// <summary>The rate of the step that begins at a fractional epoch. With warm-up, the first step's rate is 0.</summary>
    /// <param name="epoch">Epochs done; 0 at the first step.</param>
    double LearningRate(double epoch);
}
