using System.ComponentModel.DataAnnotations;
using SslFramework.Host.Components;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests.Host.Components;

[TestClass]
[Case("P11")]
public class OptionsCheckTests
{
    [TestMethod]
    [DataRow(typeof(Sound), null)]
    [DataRow(typeof(BadDefault), "the default of BadDefault.Rate is not from 0 to 1")]
    [DataRow(typeof(BadItem), "the default of BadItem.Rates is not from 0 to 1")]
    [DataRow(typeof(BadInside), "the default of BadDefault.Rate is not from 0 to 1")]
    [DataRow(typeof(ByteValue), "ByteValue.Small is a Byte, which an experiment cannot write")]
    [DataRow(typeof(ArrayValue), "ArrayValue.Numbers is a Int32[], which an experiment cannot write")]
    [DataRow(typeof(AnyValue), "AnyValue.Any is a Object, which an experiment cannot write")]
    [DataRow(typeof(Positional), "Positional has no constructor without parameters")]
    [DataRow(typeof(Endless), "Endless contains itself")]
    public void ProblemOf_Options_IsNamed(Type options, string? expected)
    {
        var problem = OptionsCheck.ProblemOf(options);
        if (expected is null)
        {
            Assert.IsNull(problem);
        }
        else
        {
            StringAssert.StartsWith(problem, expected);
        }
    }

    [TestMethod]
    public void ProblemOf_EveryShippedComponent_IsNone()
    {
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        foreach (var component in PluginCatalog.Load([Repository.Plugins], services).Components.Components)
        {
            Assert.IsNull(OptionsCheck.ProblemOf(component.Descriptor.Options), component.Descriptor.Name);
        }
    }

    public sealed record Sound
    {
        [Required]
        public string Path { get; init; } = "";

        [Range(0, 1)]
        public double? Rate { get; init; }

        public IReadOnlyList<IReadOnlyList<int>> Lists { get; init; } = [];

        public DayOfWeek Day { get; init; }

        public Component<IBackbone>? Part { get; init; }

        public BadDefaultNot Inner { get; init; } = new();
    }

    public sealed record BadDefaultNot
    {
        [Range(0, 1)]
        public double Rate { get; init; } = 1;
    }

    public sealed record BadDefault
    {
        [Range(0, 1)]
        public double Rate { get; init; } = 2;
    }

    public sealed record BadItem
    {
        [Range(0, 1)]
        public IReadOnlyList<double> Rates { get; init; } = [0, 2];
    }

    public sealed record BadInside
    {
        public BadDefault Inner { get; init; } = new();
    }

    public sealed record ByteValue
    {
        public byte Small { get; init; }
    }

    public sealed record ArrayValue
    {
        public int[] Numbers { get; init; } = [];
    }

    public sealed record AnyValue
    {
        public object Any { get; init; } = 1;
    }

    public sealed record Positional(int Size);

    public sealed record Endless
    {
        public Endless? Inner { get; init; }
    }
}
