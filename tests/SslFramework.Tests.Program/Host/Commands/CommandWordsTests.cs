using System.CommandLine;
using SslFramework.Host.Commands;

namespace SslFramework.Tests.Host.Commands;

[TestClass]
public class CommandWordsTests
{
    [TestMethod]
    [DataRow("train a.json --supervise --max-restarts 3 --inject kill@3 --set x=1")]
    [DataRow("train --supervise:true --max-restarts:2 --inject=kill@3 a.json --inject enospc@save:3")]
    [DataRow("train a.json --set x=1 --set y=2 --set=z=--quiet -q --overwrite=true --checkpoint:step-3 --steps=5")]
    [DataRow("train --set a=b --runs=-r -- -strange.json")]
    [DataRow("train --set a=b -- --quiet")]
    public void Of_WhateverWasTyped_MeansTheSameAndCanLeaveOptionsOut(string line)
    {
        var parsed = SslCommand.Define().Parse(line.Split(' '));
        Assert.IsEmpty(parsed.Errors);
        AssertSame(parsed, SslCommand.Define().Parse([.. CommandWords.Of(parsed)]), []);

        string[] without = ["--supervise", "--max-restarts", "--inject", "--overwrite", "--checkpoint"];
        var words = CommandWords.Of(parsed, [.. parsed.CommandResult.Command.Options.Where(option => without.Contains(option.Name))]);
        foreach (var name in without)
        {
            Assert.IsFalse(words.Any(word => word.StartsWith(name, StringComparison.Ordinal)), string.Join(' ', words));
        }

        AssertSame(parsed, SslCommand.Define().Parse([.. words]), without);
    }

    private static void AssertSame(ParseResult expected, ParseResult actual, string[] without)
    {
        Assert.IsEmpty(actual.Errors);
        Assert.AreEqual(expected.CommandResult.Command.Name, actual.CommandResult.Command.Name);
        foreach (var (option, same) in expected.CommandResult.Command.Options.Zip(actual.CommandResult.Command.Options))
        {
            string[] tokens = without.Contains(option.Name) ? [] : Tokens(expected, option);
            CollectionAssert.AreEqual(tokens, Tokens(actual, same), option.Name);
            Assert.AreEqual(!without.Contains(option.Name) && IsGiven(expected, option), IsGiven(actual, same), option.Name);
        }

        Assert.AreEqual(expected.GetValue<string>("file-or-method"), actual.GetValue<string>("file-or-method"));
    }

    private static string[] Tokens(ParseResult parsed, Option option) => [.. (parsed.GetResult(option)?.Tokens ?? []).Select(token => token.Value)];

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
