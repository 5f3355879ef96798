import type { Environment } from '../server/settings.ts';
import type { Output } from './output.ts';

/** What a command's end tells the shell. */
export const EXIT = { ok: 0, failed: 1, usage: 2, partly: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** --help and docs/reference/cli.md say it in these words. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done', 1: 'failed', 2: 'called wrongly, or with a setting that cannot be used', 3: 'done in part',
};

/** `--limit N` takes a value, `--json` does not. */
export interface CommandOption {
  readonly name: string;
  readonly meaning: string;
  /** The only words that it takes, in upper or lower case; the command reads them as they stand here. */
  readonly choices?: readonly string[] | undefined;
  /** It takes several of its words, with commas. */
  readonly several?: boolean | undefined;
}

/** What an option means, with the words that it takes. --help and docs/reference/cli.md say it so. */
export const meaningOf = ({ meaning, choices, several }: CommandOption): string => (choices === undefined ? meaning : `${meaning} ${several ? 'Any' : 'One'} of ${choices.join(', ')}${several ? '; several with commas' : ''}.`);

/** One command: how it is called and where it is. Its code is loaded only when it runs. */
export interface Command {
  /** One to three words: "start", "orders list", "reports schedule pause". */
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly CommandOption[];
  /** Names of the arguments it needs, in order. */
  readonly needs?: readonly string[];
  readonly load: () => Promise<Run>;
}

export type Run = (call: Call) => Promise<ExitCode>;

/** One call of a command, with its arguments read and counted. */
export interface Call {
  readonly command: Command;
  readonly arguments: readonly string[];
  /** Values by option ("--limit"); "" for an option without one. */
  readonly options: ReadonlyMap<string, string>;
  readonly environment: Environment;
  readonly output: Output;
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An expected end without success: one sentence, and what to do about it. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailure';
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

/** The n-th argument; the frame has checked that the needed ones are there. */
export function argument(call: Call, index: number): string {
  const value = call.arguments[index];
  if (value === undefined) throw new UsageError(`"${call.command.name}" needs ${call.command.needs?.[index] ?? 'another argument'}.`);
  return value;
}

/** A whole number given with an option, or its default. */
export function integerOption(call: Call, name: string, fallback: number, least: number, most: number): number {
  const text = call.options.get(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UsageError(`${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  return value;
}

/** The word of an option that knows a few words only: those that its table has as `choices`. */
export const choiceOption = <T extends string>({ options }: Call, name: string, choices: readonly T[]): T | undefined => choices.find((choice) => choice === options.get(name));

/** Of every list. */
export const limit: CommandOption = { name: '--limit N', meaning: 'Rows at most, 1 to 250.' };

/** Takes one function of a command file, which is read only when the command runs. */
export function from<K extends string>(file: () => Promise<Record<K, Run>>, name: K): () => Promise<Run> {
  return async () => (await file())[name];
}
