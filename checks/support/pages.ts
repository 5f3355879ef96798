// Reference pages as text, from the catalogues. Pure: the same table gives the same page.
import { type Capabilities, TELLABLE } from '../../src/flows/capabilities.ts';
import { meaningOf } from '../../src/cli/command.ts';
import { RECEIVABLE } from '../../src/flows/connector.ts';
import type { Commands, Events, ExitMeanings, Metrics, Refusals, Reports, Settings, Statuses } from './catalogues.ts';

const page = (title: string, intro: string, parts: readonly string[]): string =>
  `${[`# ${title}`, '<!-- Written by npm run generate; edit the table in the code instead. -->', intro, ...parts].join('\n\n')}\n`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
const entries = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

export function errorsPage(refusals: Refusals, statuses: Statuses): string {
  const intro = 'Every refusal is `application/problem+json` with one of these codes. A code keeps its meaning; texts may improve.';
  return page('Error codes', intro, entries(refusals).map(([name, { title, fix }]) => {
    const status = statuses[name];
    if (status === undefined) throw new Error(`STATUS_BY_CODE has no HTTP status for ${name}`);
    return `## ${name}\n\n**${title}** · HTTP ${status}\n\n**What happened.** ${sentence(title)}\n\n**What to do.** ${sentence(fix)}`;
  }));
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Statuses for codes that no longer exist; the page itself refuses a code without a status. */
export const unusedStatuses = (refusals: Refusals, statuses: Statuses): string[] => Object.keys(statuses).filter((name) => !(name in refusals));

export function eventsPage(events: Events): string {
  const intro = 'Every change is recorded as one of these facts, in one gap-free sequence per tenant. They carry ids and figures, never personal data.';
  return page('Events', intro, entries(events).map(([name, { meaning, data }]) =>
    `## ${name}\n\n${sentence(meaning)}\n\nData: ${data === '' ? 'none' : sentence(data)}`));
}

export function reportsPage(reports: Reports): string {
  const intro = 'Every report, and what each of its figures means. [How to read them](../how-to/read-reports.md).';
  return page('Reports', intro, reports.map(({ code: name, name: title, definition, formula, figures, groups, filters, orders, ordersWhy }) => [
    `## ${title}\n\n${code(name)}. ${sentence(definition)}`, `Formula: ${formula}.`, table(['Figure', 'Unit', 'Meaning'], figures.map((one) => [code(one.name), one.unit, one.definition])),
    `Goes by: ${groups.length === 0 ? 'classes of its own' : groups.join(', ')}. Filters: ${filters.length === 0 ? 'none' : filters.join(', ')}.`,
    ...(orders === null ? (ordersWhy === null ? [] : [`No \`orders_query\`: ${ordersWhy}`]) : ['Each point names the orders that make it (`orders_query`).']),
  ].join('\n\n')));
}

export function settingsPage(settings: Settings): string {
  const intro = 'Settings are environment variables, read once at start. A secret is never logged and never shown. One that cannot be used ends the program with exit code 2.';
  const rows = byName(settings).map(({ name, default: value, meaning, secret }) =>
    [code(name), value === '' ? 'none' : code(value), secret === true ? 'yes' : '', meaning]);
  return page('Settings', intro, [table(['Name', 'Default', 'Secret', 'Meaning'], rows)]);
}

export function metricsPage(metrics: Metrics): string {
  const intro = 'Served at `/metrics` in the Prometheus text format. Units stand last in the name.';
  const rows = byName(metrics).map(({ name, kind, labels, meaning }) => [code(name), kind, labels.map(code).join(', '), meaning]);
  return page('Metrics', intro, [table(['Name', 'Kind', 'Labels', 'Meaning'], rows)]);
}

export function cliPage(commands: Commands, exits: ExitMeanings): string {
  const intro = 'Every command of `ordo`. In a checkout, `npm run ordo --` stands for `ordo`.';
  const codes = ['## Exit codes', table(['Code', 'Meaning'], Object.entries(exits))].join('\n\n');
  return page('Command line', intro, [codes, ...commands.map(({ name, usage, summary, options = [] }) => {
    const rows = options.map((option) => [code(option.name), meaningOf(option)]);
    const parts = [`## ${name}`, sentence(summary), `\`\`\`sh\n${usage}\n\`\`\``, ...(rows.length > 0 ? [table(['Option', 'Meaning'], rows)] : [])];
    return parts.join('\n\n');
  })]);
}

export function channelsPage(kinds: readonly Capabilities[]): string {
  const intro = 'The kinds of channel that can be connected, what their messages tell, and what they can be told. What a kind cannot be told is never sent to it: asking for it is refused, and work that comes up all the same ends as dead, so that a person sees to it. `GET /v1/connectors` and `ordo connections kinds` show the same.';
  const words = (name: string): string => name.replaceAll('_', ' ');
  const received = RECEIVABLE.map((what) => [words(what), ...kinds.map(({ receives }) => receives.find((one) => one.what === what)?.topics.map(code).join(', ') ?? 'no')]);
  const told = TELLABLE.map((what) => [words(what), ...kinds.map((kind) => (kind.told.includes(what) ? 'yes' : 'no'))]);
  const called = [
    ['orders read again, and compared', ...kinds.map(({ swept }) => (swept ? 'yes' : 'no'))],
    ['variants of stock in one call', ...kinds.map(({ stockAtOnce }) => String(stockAtOnce))], ['calls a second', ...kinds.map(({ callsPerSecond }) => String(callsPerSecond))],
    ['credentials', ...kinds.map(({ credentials }) => credentials.map(code).join(', '))],
  ];
  const titles = kinds.map(({ title }) => title);
  return page('Kinds of channel', intro, [
    `## What they tell\n\n${table(['By these topics', ...titles], received)}\n\nRefunds are kept as they come.`, `## What they can be told\n\n${table(['Of', ...titles], [...told, ...called])}`,
  ]);
}

export const documentPage = (document: Record<string, unknown>): string => `${JSON.stringify(document, null, 2)}\n`;
