namespace SslFramework.Core.Optimization;

/// <summary>The learning rate as a pure function of time. Built from an options record and <see cref="RunLength"/>.</summary>
public interface ISchedule
{
    /// <summary>The highest rate. Parameters whose rate is constant have it during the whole run.</summary>
    double Peak { get; }

    /// <summary>The rate of the step that begins at a fractional epoch. With warm-up from 0, the first step's rate is 0.</summary>
    /// <param name="epoch">Epochs done; 0 at the first step.</param>
    double LearningRate(double epoch);
}
