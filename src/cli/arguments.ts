import { type Command, type CommandOption, UsageError } from './command.ts';

/** Options that every command has. */
export const COMMON_OPTIONS: readonly CommandOption[] = [
  { name: '--json', meaning: 'Print JSON, for programs.' },
  { name: '--help', meaning: 'Show how the command is called.' },
];

export interface Parsed {
  readonly arguments: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** The command that the first words name, and the rest of the words. Undefined where they name none. */
export function findCommand(words: readonly string[], commands: readonly Command[]): { command: Command; rest: readonly string[] } | undefined {
  for (const count of [3, 2, 1]) {
    const name = words.slice(0, count).join(' ');
    const command = words.length < count ? undefined : commands.find((candidate) => candidate.name === name);
    if (command) return { command, rest: words.slice(count) };
  }
  return undefined;
}

/** Reads "--name value", "--name=value", flags and arguments; after "--" everything is an argument. Throws UsageError. */
export function parseArguments(words: readonly string[], known: readonly CommandOption[]): Parsed {
  const found: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return { arguments: [...found, ...words.slice(at + 1)], options };
    if (!word.startsWith('-') || word === '-') {
      found.push(word);
      continue;
    }
    const [name = '', ...given] = word === '-h' ? ['--help'] : word.split('=');
    const option = known.find((candidate) => candidate.name.split(' ')[0] === name);
    if (option === undefined) throw new UsageError(unknown('option', name, known.map((one) => one.name.split(' ')[0] ?? '')));
    const takesValue = option.name.includes(' ');
    if (!takesValue && given.length > 0) throw new UsageError(`${name} takes no value.`);
    if (takesValue && given.length === 0) at += 1;
    const value = !takesValue ? '' : given.length > 0 ? given.join('=') : words[at];
    if (value === undefined) throw new UsageError(`${name} needs a value: ${option.name}.`);
    // The last one would win without a word, and the others would be missed.
    if (takesValue && options.has(name)) throw new UsageError(`${name} is given twice; where it takes several values, they stand together with commas.`);
    options.set(name, takesValue ? inChoices(option, name, value) : value);
  }
  return { arguments: found, options };
}

/** The value as the option's table writes it. Throws UsageError that names every word the option takes. */
function inChoices({ choices, several = false }: CommandOption, name: string, value: string): string {
  if (choices === undefined) return value;
  const words = (several ? value.split(',') : [value]).map((word) => word.trim());
  const found = words.map((word) => choices.find((choice) => choice.toLowerCase() === word.toLowerCase()));
  const wrong = words.find((_, index) => found[index] === undefined);
  if (wrong !== undefined) throw new UsageError(`${name} takes ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}${several ? ', several with commas' : ''}, not "${wrong}".`);
  return found.join(',');
}

/** "There is no command "ordr"; did you mean "orders list"?" */
export function unknown(kind: string, given: string, known: readonly string[]): string {
  const scored = known.map((name) => ({ name, distance: distance(given, name) })).sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  const close = best !== undefined && best.distance <= Math.max(2, Math.floor(given.length / 3));
  return `There is no ${kind} "${given}"${close ? `; did you mean "${best.name}"?` : '.'}`;
}

/** Letters to add, drop, change or swap with their neighbour to make one word of the other. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
