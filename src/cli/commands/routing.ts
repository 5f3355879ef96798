import { readFile } from 'node:fs/promises';
import {
  checkStrategy, type CheckStrategyData, diffStrategy, getStrategy, getStrategyVersion, listStrategies, listStrategyPresets, publishStrategy, putStrategyDraft, rollBackStrategy, type StrategyDocument,
  type StrategyVersionSummary, withdrawStrategy,
} from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

export async function strategies(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const cursor = options.get('--cursor');
  const page = await answer(listStrategies({ client: await connect(call), query: { limit: integerOption(call, '--limit', 50, 1, 250), ...(cursor === undefined ? {} : { cursor }) } }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map(({ code, name, live, draft: open, scheduled, channels }) => [
    plain(code), plain(name), live === null ? 'none' : String(live), scheduled.map((one) => `${one.version} from ${instant(one.valid_from)}`).join(', '), open === null ? '' : `${open.version}, revision ${open.revision}`,
    channels.map(plain).join(', '),
  ]);
  for (const line of tableOf(['CODE', 'NAME', 'DECIDES', 'ANNOUNCED', 'DRAFT', 'CHANNELS'], rows)) output.line(line);
  if (page.data.length === 0) output.note('There is no strategy: channels route by their own policies. "ordo routing draft CODE --preset NAME" begins one.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

export async function show(call: Call): Promise<ExitCode> {
  const { output } = call;
  const client = await connect(call);
  const path = { code: argument(call, 0) };
  if (call.options.has('--version')) {
    const one = await answer(getStrategyVersion({ client, path: { ...path, version: numberOption(call, '--version') } }));
    if (output.json) output.value(one.document);
    else {
      output.line(output.bold(`${plain(path.code)}, version ${one.version}`) + `  ${one.status}, by ${plain(one.author_name ?? one.author)}${one.note === null ? '' : `: ${plain(one.note)}`}`);
      if (one.withdrawn !== null) output.line(`Withdrawn ${instant(one.withdrawn.at)} ${takenBack(one.withdrawn)}`);
      showGroups(one.document, call);
    }
    return EXIT.ok;
  }
  const strategy = await answer(getStrategy({ client, path }));
  const document = strategy.draft_document ?? strategy.live_document;
  if (output.json) {
    output.value(document);
    return EXIT.ok;
  }
  output.line(output.bold(plain(strategy.name)) + `  ${plain(strategy.code)}, ${strategy.channels.length === 0 ? 'used by no channel' : `used by ${strategy.channels.map(plain).join(', ')}`}`);
  const rows = strategy.versions.map((one) => [
    String(one.version), one.status, one.valid_from === null ? '' : instant(one.valid_from), one.valid_to === null ? '' : instant(one.valid_to), plain(one.author_name ?? one.author),
    one.withdrawn === null ? plain(one.note ?? '') : `${plain(one.note ?? '')} (withdrawn ${takenBack(one.withdrawn)})`.trimStart(),
  ]);
  for (const line of tableOf(['VERSION', 'STATUS', 'FROM', 'TO', 'AUTHOR', 'NOTE'], rows)) output.line(line);
  if (document !== null) {
    output.line();
    output.line(strategy.draft_document === null ? `Version ${strategy.live}, which decides now:` : 'The draft:');
    showGroups(document, call);
  }
  return EXIT.ok;
}

const takenBack = ({ by, by_name: name, reason }: NonNullable<StrategyVersionSummary['withdrawn']>): string => `by ${plain(name ?? by)}: ${plain(reason)}`;

/** A group in a few lines: which orders, then what differs from doing nothing. */
function showGroups({ groups }: StrategyDocument, { output }: Call): void {
  groups.forEach(({ name, when, filters, objective, split, after, re_evaluate: again, merge }, index) => {
    output.line(`${index + 1}. ${output.bold(plain(name))}: ${when === null ? 'every order' : plain(when)}`);
    for (const { kind, tier, ...rest } of filters) output.line(`   ${kind} ${Object.values(rest).map((value) => plain(Array.isArray(value) ? value.join(', ') : String(value))).join(' ')}${tier === null ? '' : ` (may be given up, tier ${tier})`}`);
    const weights = Object.entries(objective.weights).map(([term, weight]) => `${term} ${weight / 1000}`);
    output.line(`   best: ${objective.by === undefined ? 'least cost' : objective.by.join(', then ')}${weights.length === 0 ? '' : `; costs: ${weights.join(', ')}`}`);
    if (split.maximum_nodes !== null) output.line(`   at most ${split.maximum_nodes} nodes for an order`);
    if (after.alternate !== null) output.line(`   otherwise the strategy ${plain(after.alternate)}`);
    if (after.fallback_node !== null) output.line(`   otherwise the node ${plain(after.fallback_node)}`);
    if (again !== undefined) {
      const how = [again.consolidate ? 'on their own' : '', again.swap ? 'in pairs' : ''].filter((words) => words !== '').join(' and ');
      output.line(`   unreleased orders decided anew every ${again.every_minutes} minutes, ${how}, to save at least ${again.minimum_saving_micros / 1e6}`);
    }
    if (merge !== undefined) output.line(`   parcels shared by orders of one customer within ${merge.within_minutes} minutes, to save at least ${merge.minimum_saving_micros / 1e6}`);
  });
}

type Body = CheckStrategyData['body'];

/** What stands in a file; whether it is a strategy is the server's to say, field by field. */
export async function readStrategy(path: string): Promise<Body> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandFailed('WRONG_FILE', `${path} cannot be read (${error instanceof Error ? error.message : 'no reason given'}).`, 'Name a JSON file with the groups of a strategy.');
  });
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw new CommandFailed('WRONG_FILE', `${path} is not JSON (${error instanceof Error ? error.message : 'no reason given'}).`, 'Correct the file; "ordo routing show CODE --json" writes one to begin with.');
  }
}

export async function draft(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const [code, file] = [argument(call, 0), call.arguments[1]];
  const [preset, name, note] = [options.get('--preset'), options.get('--name'), options.get('--note')];
  if ((file === undefined) === (preset === undefined)) throw new UsageError('"routing draft" needs either a FILE or --preset NAME.');
  const client = await connect(call);
  const body = file === undefined ? await presetOf(client, preset ?? '') : await readStrategy(file);
  const saved = await answer(putStrategyDraft({ client, path: { code }, body: { ...body, ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) } }));
  if (output.json) output.value(saved);
  else output.line(`Draft of ${plain(code)}: version ${saved.version}, revision ${saved.revision}.`);
  warn(saved.warnings, call);
  if (!output.json) output.note(`It decides nothing yet: "ordo routing publish ${plain(code)}" publishes it.`);
  return EXIT.ok;
}

async function presetOf(client: Awaited<ReturnType<typeof connect>>, name: string): Promise<Body> {
  const { data } = await answer(listStrategyPresets({ client }));
  const found = data.find((one) => one.name === name);
  if (found === undefined) throw new UsageError(`There is no preset "${name}"; there are ${data.map((one) => one.name).join(', ')}.`);
  return found.document;
}

function warn(warnings: readonly { readonly pointer: string; readonly detail: string }[], { output }: Call): void {
  if (!output.json) for (const { pointer, detail } of warnings) output.note(`Warning: ${pointer}: ${detail}`);
}

export async function check(call: Call): Promise<ExitCode> {
  const { output } = call;
  const found = await answer(checkStrategy({ client: await connect(call), path: { code: call.options.get('--code') ?? 'new' }, body: await readStrategy(argument(call, 0)) }));
  if (output.json) output.value(found);
  else for (const { pointer, detail } of found.errors) output.line(`${output.red('wrong')} ${pointer}: ${detail}`);
  warn(found.warnings, call);
  if (!output.json && found.errors.length === 0) output.line('Nothing is wrong with it.');
  return found.errors.length === 0 ? EXIT.ok : EXIT.failed;
}

export async function publish(call: Call): Promise<ExitCode> {
  const revision = call.options.has('--revision') ? { expected_revision: numberOption(call, '--revision') } : {};
  return published(call, await answer(publishStrategy({ client: await connect(call), path: { code: argument(call, 0) }, body: { ...when(call), ...revision } })));
}

export async function rollback(call: Call): Promise<ExitCode> {
  const body = { to_version: numberOption(call, '--to'), ...when(call) };
  return published(call, await answer(rollBackStrategy({ client: await connect(call), path: { code: argument(call, 0) }, body })));
}

export async function withdraw(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const [version, reason] = [numberOption(call, '--version'), options.get('--reason')];
  if (reason === undefined) throw new UsageError('"routing withdraw" needs --reason TEXT.');
  const done = await answer(withdrawStrategy({ client: await connect(call), path: { code: argument(call, 0) }, body: { version, reason } }));
  if (output.json) output.value(done);
  else {
    const stays = done.in_effect === null ? 'Nothing decides in its place' : `Version ${done.in_effect} stays in effect`;
    output.line(`${plain(done.code)}: version ${done.version} is withdrawn. ${stays}${done.until === null ? '' : ` until ${instant(done.until)}`}.`);
  }
  return EXIT.ok;
}

function when({ options }: Call): { valid_from?: string; note?: string } {
  const [at, note] = [options.get('--at'), options.get('--note')];
  return { ...(at === undefined ? {} : { valid_from: at }), ...(note === undefined ? {} : { note }) };
}

function published(call: Call, done: Awaited<ReturnType<typeof publishStrategy<true>>>['data']): ExitCode {
  const { output } = call;
  if (output.json) output.value(done);
  else output.line(`${plain(done.code)}: version ${done.version}${done.back_to === undefined ? '' : ` says what version ${done.back_to} said, and`} decides from ${instant(done.valid_from)}.`);
  warn(done.warnings, call);
  return EXIT.ok;
}

export async function diff(call: Call): Promise<ExitCode> {
  const { output } = call;
  const found = await answer(diffStrategy({ client: await connect(call), path: { code: argument(call, 0) }, query: { from: numberOption(call, '--from'), to: numberOption(call, '--to') } }));
  if (output.json) output.value(found);
  else for (const { words } of found.changes) output.line(plain(words));
  if (!output.json && found.changes.length === 0) output.note('The two versions say the same.');
  return EXIT.ok;
}

/** A number that the command cannot do without. */
function numberOption(call: Call, name: string): number {
  if (!call.options.has(name)) throw new UsageError(`"${call.command.name}" needs ${name} N.`);
  return integerOption(call, name, 1, 1, 999_999_999);
}
