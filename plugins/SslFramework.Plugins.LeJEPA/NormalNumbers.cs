namespace SslFramework.Plugins.LeJEPA;

/// <summary>Stands in for what the contract is about to get.</summary>
internal static class NormalNumbers
{
    /// <summary>Standard normal numbers, the same in every process.</summary>
    public static float[] Normal(this StepRandom random, int length)
    {
        var generator = random.ForSample(-1, 0);
        var numbers = new float[length];
        for (var i = 0; i < length; i++)
        {
            numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - generator.NextDouble())) * Math.Cos(2 * Math.PI * generator.NextDouble()));
        }

        return numbers;
    }
}
