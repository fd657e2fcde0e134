namespace SslFramework;

/// <summary>A 95 % confidence interval.</summary>
public readonly record struct ConfidenceInterval(double Low, double High);
