import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseArguments } from './arguments.ts';
import * as choices from './choices.ts';
import { COMMANDS } from './commands.ts';
import { main } from './main.ts';
import { createOutput, tableOf } from './output.ts';

let out = '';
let err = '';
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true; });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => { err += String(text); return true; });
});
afterEach(() => vi.restoreAllMocks());

describe('the command line', () => {
  it.each([
    [['ordr'], 'There is no command "ordr"; did you mean "orders"?'],
    [['orders', 'lits'], 'There is no command "orders lits"; did you mean "orders list"?'],
    [['orders', 'list', '--staus', 'X'], 'There is no option "--staus"; did you mean "--status"?'],
    [['completion', 'fihs'], 'There is no command "completion fihs"; did you mean "completion fish"?'],
    [['orders', 'get'], '"orders get" needs ID: ordo orders get ID'],
    [['orders', 'get', '1', '2'], '"orders get" got more arguments than it takes'],
    [['orders', 'list', '--limit'], '--limit needs a value: --limit N.'],
    [['keys', 'create', '--name', 'x', '--scope', 'orders:read', '--scope', 'orders:write'], '--scope is given twice; where it takes several values, they stand together with commas.'],
    [['orders', 'list', '--json=yes'], '--json takes no value.'],
    [['keys', 'create'], '"keys create" needs --name NAME and --scope SCOPE.'],
    [['orders', 'cancel', '1'], '"orders cancel" needs --reason TEXT.'],
    [['orders', 'list', '--status', 'on_hold,NOPE'], '--status takes PENDING, ON_HOLD, BACKORDERED, PROCESSING, PARTIALLY_SHIPPED, SHIPPED, COMPLETED, PARTIALLY_CANCELLED or CANCELLED, several with commas, not "NOPE".'],
    [['promises', 'at-risk', '--level', 'soon'], '--level takes at_risk or late, not "soon".'],
    [['reports', 'schedule', 'change', 'rps_1', '--cadence', 'hourly'], '--cadence takes daily, weekly or monthly, not "hourly".'],
  ])('%j ends with 2 and says why', async (words, sentence) => {
    expect(await main(words, {})).toBe(2);
    expect(err).toContain(sentence);
  });

  it('says what others wrote without letting it move the cursor', async () => {
    expect(await main(['\u001b[2Jo\u202erdr'], {})).toBe(2);
    expect(err).toContain('There is no command " [2Jo rdr"');
  });

  it.each(['start', 'verify', 'orders list'])('a setting that cannot be used ends %s with 2, before anything is done', async (name) => {
    expect(await main(name.split(' '), { PORT: 'http', ORDO_ROLE: 'boss' })).toBe(2);
    expect(err).toMatch(/PORT is "http"[^]*ORDO_ROLE is "boss"/);
  });

  it('lists commands and settings with --help, and ends with 2 where nothing was asked', async () => {
    expect(await main(['--help'], {})).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(name);
    expect(out).toContain('ORDO_BOOTSTRAP_KEY');
    expect(await main([], {})).toBe(2);
  });

  it.each(COMMANDS.map(({ name }) => [name]))('%s explains itself, and its code can be loaded', async (name) => {
    const command = COMMANDS.find((one) => one.name === name);
    expect(await main([...name.split(' '), '--help'], {})).toBe(0);
    expect(out).toContain(command?.usage);
    expect(await command?.load()).toBeTypeOf('function');
  });

  it('prints the script of a shell, of which --json makes a value, and names the shells where none is', async () => {
    expect(await main(['completion', 'bash'], {})).toBe(0);
    const script = out;
    expect(script).toContain('complete -o default -F _ordo ordo\n');
    out = '';
    expect(await main(['completion', 'bash', '--json'], {})).toBe(0);
    expect(JSON.parse(out)).toEqual({ shell: 'bash', script: script.trimEnd() });
    out = '';
    expect(await main(['completion'], {})).toBe(2);
    for (const shell of ['bash', 'zsh', 'fish']) expect(out).toContain(`completion ${shell}`);
  });

  it('answers in JSON where asked, failures too', async () => {
    expect(await main(['version', '--json'], {})).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    out = '';
    expect(await main(['orders', 'list', '--json'], { ORDO_URL: 'http://127.0.0.1:9', ORDO_API_KEY: 'k' })).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'UNREACHABLE' } });
    out = '';
    expect(await main(['orders', 'list', '--json'], { ORDO_URL: 'http://127.0.0.1:9' })).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'NO_KEY' } });
  });
});

const openapi: unknown = JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8'));

/** Every enumeration under a name in the description of the API: parameters, and fields of bodies however deep. */
function enumerations(document: unknown, name: string, inside = false): string[] {
  if (typeof document !== 'object' || document === null) return [];
  if (Array.isArray(document)) return document.flatMap((one) => enumerations(one, name, inside));
  const found = inside && 'enum' in document ? [JSON.stringify(document.enum)] : [];
  const isParameter = 'name' in document && document.name === name && 'schema' in document;
  return [...found, ...Object.entries(document).flatMap(([key, value]) => enumerations(value, name, key === name || (key === 'schema' && isParameter) || (inside && ['items', 'anyOf', 'oneOf'].includes(key))))];
}

it.each([
  ['status', choices.ORDER_STATUSES], ['hold', choices.HOLD_KINDS], ['kind', choices.PLACED_KINDS], ['payment_state', choices.PAYMENT_STATES], ['level', choices.LEVELS], ['rate', choices.RATES], ['cause', choices.CAUSES],
  ['sort', choices.MORNING_SORTS.map((one) => one.replace('-', '_'))], ['per', choices.PACES], ['state', choices.MESSAGE_STATES], ['state', choices.MAIL_STATES], ['kind', choices.MAIL_KINDS], ['format', choices.FORMATS], ['via', choices.WAYS],
  ['roles', choices.ROLES], ['scopes', choices.SCOPES], ['group_by', choices.GROUPS], ['compare', choices.COMPARED], ['cadence', choices.CADENCES], ['period', choices.PERIODS], ['language', choices.LANGUAGES],
])('the words for %s are those of the API', (name, words) => {
  expect(enumerations(openapi, name)).toContain(JSON.stringify(words));
});

describe('arguments', () => {
  const known = [{ name: '--limit N', meaning: '' }, { name: '--once', meaning: '' }, { name: '--state STATE', meaning: '', choices: ['OPEN', 'half-shut'], several: true }];
  it.each([
    [['a', '--limit', '5', 'b'], ['a', 'b'], [['--limit', '5']]],
    [['--limit=5=6', '--once'], [], [['--limit', '5=6'], ['--once', '']]],
    [['--once', '--', '--limit', 'x'], ['--limit', 'x'], [['--once', '']]],
    [['-'], ['-'], []],
    [['--state', 'open, Half-Shut'], [], [['--state', 'OPEN,half-shut']]],
  ])('%j', (words, found, options) => {
    const parsed = parseArguments(words, known);
    expect(parsed.arguments).toEqual(found);
    expect([...parsed.options]).toEqual(options);
  });
});

describe('output', () => {
  it('aligns columns by their width on a terminal, numbers to the right', () => {
    expect(tableOf(['NAME', 'N'], [['李娜', '5'], ['Zoë', '12']])).toEqual(['NAME   N', '李娜   5', 'Zoë   12']);
  });

  it('colours a terminal only, and none that asks for no colour', () => {
    const terminal = { write: () => true, isTTY: true };
    expect(createOutput(false, {}, terminal, terminal).red('x')).toBe('\u001b[31mx\u001b[39m'.replace('39', '0'));
    expect(createOutput(false, { NO_COLOR: '1' }, terminal, terminal).red('x')).toBe('x');
    expect(createOutput(false, {}, { write: () => true }, terminal).red('x')).toBe('x');
  });
});
