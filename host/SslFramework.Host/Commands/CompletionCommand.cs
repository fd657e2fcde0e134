using System.CommandLine;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Commands;

/// <summary>
/// <c>ssl completion SHELL</c>: a script that lets a shell complete commands and options; the program itself answers what fits.
/// </summary>
internal sealed class CompletionCommand : ExampledCommand
{
    private static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["bash"] = """
            _ssl() {
              local word="${COMP_WORDS[COMP_CWORD]}" found quoted
              COMPREPLY=()
              while IFS= read -r found; do
                [[ $found == -* && $word != -* ]] && continue
                printf -v quoted '%q' "$found"
                [[ $found == "$word"* || $quoted == "$word"* ]] && COMPREPLY+=("$quoted")
              done < <(ssl "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            }
            complete -o default -F _ssl ssl
            """,
        ["zsh"] = """
            #compdef ssl
            _ssl() {
              local -a found
              found=("${(@f)$(ssl "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              [[ $PREFIX == -* ]] || found=("${(@)found:#-*}")
              compadd -a found
              _files
            }
            compdef _ssl ssl
            """,
        ["fish"] = """
            complete -c ssl -a '(ssl "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName ssl -ScriptBlock {
              param($word, $line, $cursor)
              ssl "[suggest:$cursor]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                $quoted = if ($_ -match '^[\w./:=-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
                [System.Management.Automation.CompletionResult]::new($quoted, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    public CompletionCommand()
        : base(
            "completion",
            "Print a script that completes commands, options and methods.",
            "source <(ssl completion bash)        # in ~/.bashrc; zsh alike",
            "ssl completion fish | source",
            "ssl completion pwsh | Out-String | Invoke-Expression")
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh" };
        SharedOptions.TakesOneOf(shell, [.. Scripts.Keys]);
        Add(shell);
        SetAction(parsed =>
        {
            Console.WriteLine(Scripts[parsed.GetValue(shell)!]);
            return (int)ExitCode.Success;
        });
    }
}
