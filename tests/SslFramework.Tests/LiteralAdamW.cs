namespace SslFramework.Tests;

/// <summary>PyTorch's, line by line; biases and one-dimensional parameters do not decay.</summary>
internal sealed class LiteralAdamW
{
    private readonly Dictionary<string, (Tensor Mean, Tensor Square, int Steps)> state = [];

    public void Step((string Name, Parameter Weight)[] parameters, double rate, double decay)
    {
        using var gradient = no_grad();
        foreach (var (name, weight) in parameters.Where(p => p.Weight.grad is not null))
        {
            var (mean, square, steps) = state.GetValueOrDefault(name, (zeros_like(weight), zeros_like(weight), 0));
            steps++;
            mean = (mean * 0.9) + (weight.grad! * 0.1);
            square = (square * 0.999) + (weight.grad!.square() * 0.001);
            state[name] = (mean, square, steps);
            weight.mul_(1 - (rate * (weight.dim() > 1 ? decay : 0)));
            var denominator = (square.sqrt() / Math.Sqrt(1 - Math.Pow(0.999, steps))) + 1e-8;
            weight.sub_(mean / denominator * (rate / (1 - Math.Pow(0.9, steps))));
        }
    }
}
