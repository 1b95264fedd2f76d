export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/*
 * Each script hands the words up to the cursor to `doc --get-yargs-completions`, which answers with one completion a
 * line; yargs reads from SHELL whether to add descriptions. `doc-push` and its like are completed as `doc push`. Where a
 * local file is meant, the shell's own completion of paths does the work.
 */

const BASH = `# bash completion of doc, doc-push, doc-pull and doc-query
_doc_completion() {
  local words=("\${COMP_WORDS[@]:0:COMP_CWORD+1}") current="\${COMP_WORDS[COMP_CWORD]}"
  local program="\${words[0]##*/}" IFS=$'\\n'
  if [[ $program == doc-* ]]; then words=(doc "\${program#doc-}" "\${words[@]:1}"); fi
  COMPREPLY=()
  local before_files=99
  case \${words[1]} in push) before_files=2 ;; update) before_files=3 ;; esac
  if [[ \${words[-2]} == --output || \${words[-2]} == --edits || \${words[-2]} == --archive ]] ||
    [[ \${#words[@]} -gt $before_files && $current != -* && \${words[-2]} != --* ]]; then
    return
  fi
  COMPREPLY=($(compgen -W "$(SHELL=bash command doc --get-yargs-completions "\${words[@]}" 2>/dev/null)" -- "$current"))
}
complete -o bashdefault -o default -F _doc_completion doc doc-push doc-pull doc-query`;

const ZSH = `#compdef doc doc-push doc-pull doc-query
# zsh completion of doc, doc-push, doc-pull and doc-query
_doc_completion() {
  local program="\${words[1]:t}"
  local -a line replies
  line=("\${(@)words[1,CURRENT]}")
  if [[ $program == doc-* ]]; then line=(doc "\${program#doc-}" "\${(@)words[2,CURRENT]}"); fi
  local before_files=99
  case \${line[2]} in push) before_files=2 ;; update) before_files=3 ;; esac
  if [[ \${line[-2]} == --output || \${line[-2]} == --edits || \${line[-2]} == --archive ]] ||
    [[ \${#line} -gt $before_files && \${line[-1]} != -* && \${line[-2]} != --* ]]; then
    _files
    return
  fi
  replies=("\${(@f)$(SHELL=zsh command doc --get-yargs-completions "\${line[@]}" 2>/dev/null)}")
  if [[ -n "\${replies[1]}" ]]; then _describe 'doc' replies; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _doc_completion "$@"
else
  compdef _doc_completion doc doc-push doc-pull doc-query
fi`;

const FISH = `# fish completion of doc, doc-push, doc-pull and doc-query
function __doc_completion
  set -l line (commandline -opc)
  set -l current (commandline -ct)
  set -l program (path basename -- $line[1])
  if string match -q 'doc-*' -- $program
    set line doc (string replace 'doc-' '' -- $program) $line[2..]
  end
  set -l before_files 99
  switch "$line[2]"
    case push
      set before_files 2
    case update
      set before_files 3
  end
  # The words before the cursor, of which the current one is none.
  if contains -- "$line[-1]" --output --edits --archive; or begin; test (count $line) -ge $before_files; and not string match -q -- '-*' "$current"; and not string match -q -- '--*' "$line[-1]"; end
    __fish_complete_path "$current"
    return
  end
  env SHELL=fish doc --get-yargs-completions $line "$current" 2>/dev/null
end
for program in doc doc-push doc-pull doc-query
  complete -c $program -f -a '(__doc_completion)'
end`;

/** For each shell the script that its start-up file takes. */
export const COMPLETION_SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };
