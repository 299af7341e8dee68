/** Asks a real shell what it completes: bash by its completion function, fish by `complete -C`, zsh at a terminal of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export type Shell = 'bash' | 'zsh' | 'fish';

const END = '=END=';

/** For each line what is offered at its end. `folder` is the current one. */
export async function completionsIn(shell: Shell, script: string, folder: string, lines: readonly string[]): Promise<string[][]> {
  const own = mkdtempSync(path.join(os.tmpdir(), 'goldset-shell-'));
  const at = (name: string): string => path.join(own, name);
  try {
    writeFileSync(at('completion'), script);
    writeFileSync(at('lines'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(at('driver'), DRIVERS[shell]);
    writeFileSync(at('offered'), '');
    const args = [...(shell === 'bash' ? ['--norc'] : shell === 'zsh' ? ['-f'] : ['--no-config']), at('driver'), own];
    await promisify(execFile)(shell, args, { cwd: folder, env: { ...process.env, HOME: own, TERM: 'xterm', COLUMNS: '80', LINES: '50' } });
    const parts = readFileSync(at('offered'), 'utf8').split(`${END}\n`).slice(0, -1);
    if (parts.length !== lines.length) throw new Error(`${shell} answered ${parts.length} of ${lines.length} lines.`);
    return parts.map((part) => [...new Set(part.split('\n').filter((word) => word !== ''))]);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** What readline does: words break at `=`, and the function that is registered for the command is called. */
const BASH = `
source "$1/completion"
function=$(complete -p goldset | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
while IFS= read -r line; do
  spaced=\${line//=/ = }
  read -ra COMP_WORDS <<<"$spaced"
  [[ $line == *' ' || $line == *= ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=\${#line}
  COMPREPLY=()
  "$function" goldset "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
  printf '%s\\n' "\${COMPREPLY[@]}" >>"$1/offered"
  echo '${END}' >>"$1/offered"
done <"$1/lines"
`;

const FISH = `
source $argv[1]/completion
while read -l line
  complete -C "$line" | string replace -r '\\t.*' '' >>$argv[1]/offered
  echo '${END}' >>$argv[1]/offered
end <$argv[1]/lines
`;

/** An interactive shell in a pseudo-terminal: Tab is pressed, and what the completion system adds is written down. */
const ZSH = `
zmodload zsh/zpty
own=$1
cat >$own/inner <<'INNER'
PS1= PS2= RPS1=
unsetopt beep auto_menu
setopt no_list_beep
autoload -Uz compinit && compinit -u -d $own/dump
source $own/completion
bindkey '^I' complete-word
zstyle ':completion:*' list-prompt ''
LISTMAX=100000
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- $hits >>$own/offered
  builtin compadd "$@"
}
finish() { BUFFER=; print -r -- '${END}' >>$own/offered; print -r -- 'D''ONE' >/dev/tty; }
zle -N finish
bindkey '^X' finish
print -r -- 'D''ONE'
INNER
zpty -b shell "own=$own zsh -f -i"
zpty -w shell "source $own/inner"
zpty -r shell said '*DONE*'
while IFS= read -r line; do
  zpty -w -n shell "$line"$'\\t'
  zpty -w -n shell $'\\x18'
  zpty -r shell said '*DONE*'
done <$own/lines
zpty -d shell
`;

const DRIVERS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
