using Microsoft.Extensions.DependencyInjection;

namespace MySchedule;

/// <summary>What the host finds.</summary>
public sealed class MySchedulePlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddComponent<ISchedule, MySchedule, MyScheduleOptions>("my-schedule");
}
