import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { completionScript, SHELLS, type Shell } from './completion.ts';

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
/** What bash offers for the last of these words. */
function offered(script: string, ...words: string[]): string[] {
  const asked = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ordo; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', asked, 'bash', 'ordo', ...words], { encoding: 'utf8' }).split('\n').filter((line) => line !== '');
}
const load = (): Promise<never> => Promise.reject(new Error('never run'));
const ODD: readonly Command[] = [{ name: 'shop open', usage: 'ordo shop open', summary: String.raw`Opens "it", the 'other' \ $(touch /tmp/never) one: now`, options: [{ name: '--by NAME', meaning: "Whose: somebody's `id`." }], load }];

it.skipIf(!isThere('bash'))('bash completes commands, their further words and their options (skipped where there is no bash)', () => {
  const script = completionScript('bash', COMMANDS);
  expect(offered(script, 'or')).toEqual(['orders']);
  expect(offered(script, '')).toEqual([...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]))]);
  expect(offered(script, 'orders', 'li')).toEqual(['list']);
  expect(offered(script, 'reports', 'schedule', 'p')).toEqual(['pause']);
  expect(offered(script, 'orders', 'list', '--st')).toEqual(['--status']);
  expect(offered(script, 'orders', 'list', '--status', 'ON_HOLD', '--c')).toEqual(['--channel', '--cursor']);
  expect(offered(script, 'orders', 'cancel', '1042', '--js')).toEqual(['--json']);
  expect(offered(script, 'restore', '')).toEqual([]);
  expect(offered(completionScript('bash', ODD), 'shop', 'open', '--')).toEqual(['--by', '--json', '--help']);
});

it.each(SHELLS.filter(isThere))('what %s reads is no fault of its grammar, whatever commands say of themselves', (shell) => {
  for (const commands of [COMMANDS, ODD]) execFileSync(shell, ['-n'], { input: completionScript(shell, commands) });
});

it.each(SHELLS)('%s hears of every command and every option', (shell: Shell) => {
  const script = completionScript(shell, COMMANDS);
  for (const { name, options = [] } of COMMANDS) {
    expect(script).toContain(`'${name}'`.replaceAll("'", shell === 'fish' ? String.raw`\'` : "'"));
    for (const option of options) expect(script).toContain(shell === 'fish' ? `-l ${option.name.split(' ')[0]?.slice(2)}` : option.name.split(' ')[0]);
  }
});

it('texts are quoted as each shell has it', () => {
  expect(completionScript('zsh', ODD)).toContain(String.raw`'open:Opens "it", the '\''other'\'' \ $(touch /tmp/never) one: now'`);
  expect(completionScript('fish', ODD)).toContain(String.raw`-d 'Opens "it", the \'other\' \\ $(touch /tmp/never) one: now'`);
});
