import { COMMON_OPTIONS } from './arguments.ts';
import type { Command } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** What can follow "ordo" and the words of `path`: further words of commands, and options where the words are a command. */
interface Place {
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly (Word & { readonly takesValue: boolean })[];
}

/**
 * A script for a shell that completes commands, their further words and their options from a table of commands. Where nothing of the
 * table can follow, such as after `--out` or `ordo restore`, files are offered.
 */
export const completionScript = (shell: Shell, commands: readonly Command[]): string => SCRIPTS[shell](placesOf(commands));

function placesOf(commands: readonly Command[]): readonly Place[] {
  const paths = new Set(['', ...commands.flatMap(({ name }) => name.split(' ').map((_, index, words) => words.slice(0, index + 1).join(' ')))]);
  const below = (path: string): string[] => [...paths].filter((other) => other !== '' && other.slice(0, Math.max(0, other.lastIndexOf(' '))) === path);
  const last = (path: string): string => path.slice(path.lastIndexOf(' ') + 1);
  const commandAt = (path: string): Command | undefined => commands.find(({ name }) => name === path);
  const meaningOf = (path: string): string => commandAt(path)?.summary ?? below(path).map(last).join(', ');
  return [...paths].map((path) => {
    const command = commandAt(path);
    const options = command ? [...(command.options ?? []), ...COMMON_OPTIONS] : [];
    return {
      path, words: below(path).map((other) => ({ word: last(other), meaning: meaningOf(other) })),
      options: options.map(({ name, meaning }) => ({ word: name.split(' ')[0] ?? name, meaning, takesValue: name.includes(' ') })),
    };
  });
}

const sh = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const fish = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
const list = (words: readonly Word[]): string => words.map(({ word }) => word).join(' ');
/** Paths that lead on in the table, as a pattern of `case`. */
const known = (places: readonly Place[]): string => places.filter(({ path }) => path !== '').map(({ path }) => sh(path)).join('|');

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) => `# Completes ordo in bash: source <(ordo completion bash)
_ordo() {
  local word=\${COMP_WORDS[COMP_CWORD]} at= next= words= options=
  local -i n
  for ((n = 1; n < COMP_CWORD; n++)); do
    next="\${at:+$at }\${COMP_WORDS[n]}"
    case $next in
      ${known(places)}) at=$next ;;
      *) break ;;
    esac
  done
  case $at in
${places.map(({ path, words, options }) => `    ${sh(path)}) words=${sh(list(words))} options=${sh(list(options))} ;;`).join('\n')}
  esac
  [[ $word == -* ]] && words=$options
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _ordo ordo`,
  zsh: (places) => `#compdef ordo
# Completes ordo in zsh: source <(ordo completion zsh), after compinit
_ordo() {
  local at='' next=''
  local -i n
  local -a found flags
  for ((n = 2; n < CURRENT; n++)); do
    next="\${at:+$at }\${words[n]}"
    case $next in
      ${known(places)}) at=$next ;;
      *) break ;;
    esac
  done
  case $at in
${places.map(({ path, words, options }) => `    ${sh(path)}) found=(${described(words)}) flags=(${described(options)}) ;;`).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe option flags
  elif ((\${#found})); then _describe command found
  else _files
  fi
}
compdef _ordo ordo`,
  fish: (places) => `# Completes ordo in fish: ordo completion fish | source
function __ordo_at
    set -l words (commandline -opc)
    test "$words[2..-1]" = "$argv[1]"
end
function __ordo_in
    set -l words (commandline -opc)
    string match -q -- "$argv[1] *" "$words[2..-1] "
end
${places.flatMap(({ path, words, options }) => [
  ...words.map(({ word, meaning }) => `complete -c ordo -f -n ${fish(`__ordo_at ${fish(path)}`)} -a ${word} -d ${fish(meaning)}`),
  ...options.map(({ word, meaning, takesValue }) => `complete -c ordo -n ${fish(`__ordo_in ${fish(path)}`)} -l ${word.slice(2)}${takesValue ? ' -r' : ''} -d ${fish(meaning)}`),
]).join('\n')}`,
};

/** With what each means; a colon ends the word. */
const described = (words: readonly Word[]): string => words.map(({ word, meaning }) => sh(`${word}:${meaning}`)).join(' ');
