import { SETTINGS } from '../server/settings.ts';
import { COMMON_OPTIONS } from './arguments.ts';
import { type Command, EXIT_MEANINGS, meaningOf } from './command.ts';
import { type Output, tableOf } from './output.ts';

/** All commands and all settings, or one group of commands. */
export function generalHelp(commands: readonly Command[], output: Output): void {
  if (output.json) {
    output.value({ commands: commands.map(shape), settings: SETTINGS });
    return;
  }
  output.line(`${output.bold('ordo')} captures, routes, reserves and fulfils orders.`);
  output.line();
  output.line(output.bold('Commands'));
  for (const line of tableOf(['', ''], commands.map((command) => [command.name, command.summary])).slice(1)) output.line(`  ${line}`);
  output.line();
  output.line('  --help after a command shows its options; --json makes any of them print JSON.');
  output.line(`  Exit codes: ${Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `${code} ${meaning}`).join('; ')}.`);
  output.line();
  output.line(output.bold('Settings (environment variables)'));
  const rows = SETTINGS.map((setting) => [setting.name, setting.default === '' ? '-' : setting.default, setting.meaning]);
  for (const line of tableOf(['', '', ''], rows).slice(1)) output.line(`  ${line}`);
}

export function commandHelp(command: Command, output: Output): void {
  if (output.json) {
    output.value(shape(command));
    return;
  }
  output.line(`${command.summary}.`);
  output.line();
  output.line(`  ${output.bold(command.usage)}`);
  output.line();
  const options = [...(command.options ?? []), ...COMMON_OPTIONS];
  for (const line of tableOf(['', ''], options.map((option) => [option.name, meaningOf(option)])).slice(1)) output.line(`  ${line}`);
}

const shape = ({ name, usage, summary, options = [] }: Command): object => ({ name, usage, summary, options: [...options, ...COMMON_OPTIONS] });
