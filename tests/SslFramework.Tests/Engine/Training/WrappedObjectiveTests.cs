using SslFramework.Engine.Faults;
using SslFramework.Engine.Training;

namespace SslFramework.Tests.Engine.Training;

[TestClass]
public class WrappedObjectiveTests
{
    [TestMethod]
    [DataRow(typeof(FaultyObjective))]
    [DataRow(typeof(TimedObjective))]
    public void Wrapper_OfAnObjective_PassesEveryMemberOn(Type wrapper)
    {
        var members = wrapper.GetInterfaceMap(typeof(IPretextObjective)).TargetMethods;
        Assert.AreEqual("", string.Join(", ", members.Where(member => member.DeclaringType != wrapper).Select(member => member.Name)));
    }
}
