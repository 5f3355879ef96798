import { setTimeout as sleep } from 'node:timers/promises';
import { changeReportSchedule, type ChangeReportScheduleData, type Client, createReportSchedule, type CreateReportScheduleData, deleteReportSchedule, listReportSchedules, type ReportSchedule, sendReportNow } from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

const LOOK_AGAIN_MS = 300;
/** A worker takes it up within seconds; where none runs, nobody waits for ever. */
const PATIENCE_MS = 60_000;

export async function list(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const report = options.get('--report');
  const found = await answer(listReportSchedules({ client: await connect(call), query: report === undefined ? {} : { report } }));
  if (output.json) output.value(found);
  else {
    const rows = found.data.map((one) => [one.id, one.report, plain(one.name), timesOf(one), one.to.map(plain).join(' '), one.next_at === null ? 'paused' : instant(one.next_at), lastRun(one), one.mine ? '' : plain(one.owner)]);
    for (const line of tableOf(['ID', 'REPORT', 'NAME', 'WHEN', 'TO', 'NEXT', 'LAST', 'OWNER'], rows)) output.line(line);
    if (rows.length === 0) output.note('No report is sent by mail.');
  }
  return EXIT.ok;
}

function timesOf({ cadence, time, zone, weekday, month_day: day }: ReportSchedule): string {
  const which = weekday === null ? (day === null ? '' : ` on the ${day}.`) : ` on ${WEEKDAYS[weekday - 1] ?? ''}`;
  return `${cadence}${which} at ${time} ${zone}`;
}
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function lastRun({ runs: [last], waiting }: ReportSchedule): string {
  if (waiting) return 'being sent';
  return last === undefined ? 'never' : `${last.outcome} ${instant(last.at)}${last.note === null ? '' : `: ${plain(last.note)}`}`;
}

/** What was given of a schedule, as the API names it; "none" takes a choice back. */
function givenOf(call: Call): Record<string, unknown> {
  const { options } = call;
  const words: readonly (readonly [string, string])[] = [['--name', 'name'], ['--cadence', 'cadence'], ['--time', 'time'], ['--zone', 'zone'], ['--period', 'period'], ['--language', 'language']];
  const choices: readonly (readonly [string, string])[] = [['--by', 'group_by'], ['--channel', 'channel'], ['--node', 'node'], ['--compare', 'compare']];
  const numbers: readonly (readonly [string, string, number])[] = [['--weekday', 'weekday', 7], ['--month-day', 'month_day', 31]];
  const given = (name: string): boolean => options.has(name);
  const taken = (name: string): boolean => options.get(name) === 'none';
  return Object.fromEntries([
    ...words.filter(([name]) => given(name)).map(([name, field]) => [field, options.get(name)]), ...choices.filter(([name]) => given(name)).map(([name, field]) => [field, taken(name) ? null : options.get(name)]),
    ...numbers.filter(([name]) => given(name)).map(([name, field, most]) => [field, taken(name) ? null : integerOption(call, name, 1, 1, most)]), ...(given('--to') ? [['to', options.get('--to')?.split(',').map((one) => one.trim())]] : []),
  ]);
}

export async function create(call: Call): Promise<ExitCode> {
  const missing = ['--name NAME', '--to PEOPLE', '--cadence CADENCE', '--time TIME'].filter((option) => !call.options.has(option.split(' ')[0] ?? ''));
  if (missing.length > 0) throw new UsageError(`"${call.command.name}" needs ${missing.join(' and ')}.`);
  const body = { report: argument(call, 0), zone: 'UTC', period: 'last_7_days', paused: call.options.has('--paused'), ...givenOf(call) } as CreateReportScheduleData['body'];
  return told(call, await answer(createReportSchedule({ client: await connect(call), body })));
}

export async function change(call: Call): Promise<ExitCode> {
  const body = givenOf(call) as NonNullable<ChangeReportScheduleData['body']>;
  if (Object.keys(body).length === 0) throw new UsageError(`"${call.command.name}" needs an option that says what is to change.`);
  return told(call, await answer(changeReportSchedule({ client: await connect(call), path: { id: argument(call, 0) }, body })));
}

export const pause = (call: Call): Promise<ExitCode> => setPaused(call, true);
export const resume = (call: Call): Promise<ExitCode> => setPaused(call, false);
const setPaused = async (call: Call, paused: boolean): Promise<ExitCode> => told(call, await answer(changeReportSchedule({ client: await connect(call), path: { id: argument(call, 0) }, body: { paused } })));

/** Ends with 1 where it could not be sent. */
export async function send(call: Call): Promise<ExitCode> {
  const { output } = call;
  const [client, id] = [await connect(call), argument(call, 0)];
  const asked = await answer(sendReportNow({ client, path: { id } }));
  const sent = await afterWaiting(call, client, asked);
  const [run] = sent.runs;
  if (run === undefined || sent.waiting) throw new CommandFailed('NOT_SENT_YET', 'Nobody sent the report yet; it waits.', 'See that a worker runs: ordo doctor. "ordo reports schedule list" shows what came of it.');
  if (run.outcome === 'failed') throw new CommandFailed('NOT_SENT', `The report was not sent: ${run.note ?? 'nobody said why'}`, 'Correct what it names, and send it again.');
  if (output.json) output.value(sent);
  else output.line(`Sent in ${run.mails} ${run.mails === 1 ? 'mail' : 'mails'}.`);
  return EXIT.ok;
}

async function afterWaiting({ output }: Call, client: Client, asked: ReportSchedule): Promise<ReportSchedule> {
  let one = asked;
  for (const end = Date.now() + PATIENCE_MS; one.waiting && Date.now() < end; await sleep(LOOK_AGAIN_MS)) {
    output.progress('It is being sent.');
    one = (await answer(listReportSchedules({ client, query: { report: one.report } }))).data.find(({ id }) => id === one.id) ?? one;
  }
  return one;
}

export async function remove(call: Call): Promise<ExitCode> {
  const gone = await answer(deleteReportSchedule({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (call.output.json) call.output.value(gone);
  else call.output.line('It is sent no more.');
  return EXIT.ok;
}

function told({ output }: Call, one: ReportSchedule): ExitCode {
  if (output.json) output.value(one);
  else output.line(`${one.id}  ${plain(one.name)}: ${timesOf(one)}, ${one.next_at === null ? 'paused' : `next ${instant(one.next_at)}`}`);
  return EXIT.ok;
}
