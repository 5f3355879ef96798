import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listOrders, type OrderSummary, type SearchMatch } from '@ordo/client';
import { openDatabase, rebuildSearch } from '../../server/compose.ts';
import { readSettings } from '../../server/settings.ts';
import { type Call, CommandFailed, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, money, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';

/** Orders that have every word; with what of them matched. */
export async function search(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const cursor = options.get('--cursor');
  const query = { q: call.arguments.join(' '), limit: integerOption(call, '--limit', 25, 1, 250), ...(cursor === undefined ? {} : { cursor }) };
  const page = await answer(listOrders({ client: await connect(call), query }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [String(one.number), one.status, instant(one.placed_at), one.channel, plain(one.external_id), money(one.total_minor, one.currency), told(one), one.id]);
  for (const line of tableOf(['NUMBER', 'STATUS', 'PLACED', 'CHANNEL', 'EXTERNAL ID', 'TOTAL', 'FOUND BY', 'ID'], rows)) output.line(line);
  if (page.data.length === 0) output.note('No order matches.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  if (page.search?.personal === false) output.note('Names, addresses and telephone numbers were left out: they need a key with the scope orders:read_personal.');
  if (page.search !== undefined && page.search.behind > BEHIND) output.note(`Search is ${page.search.behind} events behind; the latest orders may be missing.`);
  return EXIT.ok;
}

/** Events that searching may be behind without a word: they pass within a second or two. */
const BEHIND = 2_000;

const told = ({ matches = [] }: OrderSummary): string => matches.map((match) => `${match.field.replaceAll('_', ' ')} ${marked(match)}`).join(', ');

/** What matched between brackets: a terminal need not have colours. */
const marked = ({ text, ranges }: SearchMatch): string =>
  plain(ranges.reduceRight((shown, [begin, end]) => `${shown.slice(0, begin)}[${shown.slice(begin, end)}]${shown.slice(end)}`, text));

/** At the database, beside a running Ordo or without one. A run that was stopped is taken up by the next. */
export const rebuild = (call: Call): Promise<ExitCode> => rebuildAtDatabase(call, rebuildSearch, (tenant, orders) => `Tenant ${tenant}: ${orders} orders can be searched.`);

/** Makes something anew for the orders of every tenant. */
export async function rebuildAtDatabase(call: Call, work: typeof rebuildSearch, told: (tenant: string, orders: number) => string): Promise<ExitCode> {
  const { output } = call;
  const settings = readSettings(call.environment);
  if (settings.databaseUrl === null && !existsSync(join(settings.dataDirectory, 'postgres', 'PG_VERSION'))) {
    throw new CommandFailed('NO_DATABASE', 'There is no database here to work at.', 'Run it where Ordo runs, with its DATABASE_URL or ORDO_DATA_DIR.');
  }
  const database = await openDatabase(settings, (line) => output.note(line), true);
  try {
    const tenants = await work(database.ownerUrl, progressOn(output));
    if (output.json) output.value({ tenants });
    else for (const { tenant, orders } of tenants) output.line(told(tenant, orders));
    return EXIT.ok;
  } finally {
    await database.close();
  }
}

function progressOn(output: Output): Parameters<typeof rebuildSearch>[1] {
  const began = performance.now();
  let first: number | null = null;
  return (tenant, { orders, total }) => {
    first ??= orders;
    const perSecond = ((orders - first) * 1000) / (performance.now() - began);
    const left = perSecond > 0 ? `, ${Math.round(perSecond)}/s, about ${Math.ceil(Math.max(0, total - orders) / perSecond)} s left` : '';
    output.progress(`Tenant ${tenant}: ${orders} of ${total} orders${left}`);
  };
}
