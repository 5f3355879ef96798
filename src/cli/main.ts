import { type Environment, SettingsError } from '../server/settings.ts';
import { COMMON_OPTIONS, findCommand, parseArguments, unknown } from './arguments.ts';
import { type Command, CommandFailed, EXIT, type ExitCode, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, generalHelp } from './help.ts';
import { createOutput, type Output } from './output.ts';

/** Runs one command line and answers the exit code. */
export async function main(words: readonly string[], environment: Environment): Promise<ExitCode> {
  const output = createOutput(words.includes('--json'), environment);
  try {
    return await dispatch(words, environment, output);
  } catch (error) {
    return explain(error, output);
  }
}

async function dispatch(words: readonly string[], environment: Environment, output: Output): Promise<ExitCode> {
  const [first] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    generalHelp(COMMANDS, output);
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  const found = findCommand(first === '--version' ? ['version'] : words, COMMANDS);
  if (found === undefined) return noCommand(words, output);
  const { command, rest } = found;
  const parsed = parseArguments(rest, [...(command.options ?? []), ...COMMON_OPTIONS]);
  if (parsed.options.has('--help')) {
    commandHelp(command, output);
    return EXIT.ok;
  }
  checkCount(command, parsed.arguments.length);
  const run = await command.load();
  return run({ command, ...parsed, environment, output });
}

function checkCount(command: Command, given: number): void {
  const needs = command.needs ?? [];
  const missing = needs[given];
  if (missing !== undefined) throw new UsageError(`"${command.name}" needs ${missing}: ${command.usage}`);
  const most = command.usage.includes('...') ? Number.POSITIVE_INFINITY : needs.length + (/ \[[A-Z_]+\]/.exec(command.usage) ? 1 : 0);
  if (given > most) throw new UsageError(`"${command.name}" got more arguments than it takes: ${command.usage}`);
}

/** "ordo orders" and "ordo reports schedule" list the commands of that group; anything else gets a suggestion. */
function noCommand(words: readonly string[], output: Output): ExitCode {
  const within = (count: number): readonly Command[] => COMMANDS.filter((command) => command.name.startsWith(`${words.slice(0, count).join(' ')} `));
  const depth = words.length > 1 && within(2).length > 0 ? 2 : 1;
  const group = within(depth);
  const second = words.slice(depth).find((word) => !word.startsWith('-'));
  if (group.length > 0 && second === undefined) {
    generalHelp(group, output);
    return words.includes('--help') || words.includes('-h') ? EXIT.ok : EXIT.usage;
  }
  const given = group.length > 0 ? `${words.slice(0, depth).join(' ')} ${second ?? ''}` : words[0] ?? '';
  const names = COMMANDS.map((command) => command.name);
  const groups = [...new Set(names.map((name) => name.split(' ')[0] ?? ''))];
  throw new UsageError(unknown('command', given, group.length > 0 ? names : [...groups, ...names]));
}

function explain(error: unknown, output: Output): ExitCode {
  if (error instanceof UsageError) {
    report(output, 'USAGE', error.message, 'See "ordo --help", or --help after a command.');
    return EXIT.usage;
  }
  if (error instanceof SettingsError) {
    report(output, 'SETTINGS', error.problems.join('\n'), 'Correct the environment variable, or unset it for its default.');
    return EXIT.usage;
  }
  if (error instanceof CommandFailed || isProblem(error)) {
    report(output, error.code, error.message, error.fix);
    return EXIT.failed;
  }
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  report(output, 'INTERNAL', `Ordo met a defect of its own: ${text}`, 'Report it with the lines above.');
  return EXIT.failed;
}

/** A start problem, whatever module it comes from: a code, a sentence and a remedy. */
const isProblem = (error: unknown): error is Error & { code: string; fix: string } =>
  error instanceof Error && 'fix' in error && typeof error.fix === 'string' && 'code' in error && typeof error.code === 'string';

/** What a file or a server says must not move the cursor of whoever reads it. */
const inert = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]|\p{Cf}/gu, ' ');

function report(output: Output, code: string, message: string, fix: string): void {
  if (output.json) output.value({ error: { code, detail: message, fix } });
  else output.note(inert(`${message}\n${fix}`));
}
