import { getReport, listReports, type Report, type ReportAbout, type ReportPoint } from '@ordo/client';
import { rebuildReports } from '../../server/compose.ts';
import { COMPARED, GROUPS } from '../choices.ts';
import { argument, type Call, choiceOption, EXIT, type ExitCode } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, money, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';
import { rebuildAtDatabase } from './search.ts';

/** What there is to read, and what its figures mean. */
export async function list(call: Call): Promise<ExitCode> {
  const { output } = call;
  const { data } = await answer(listReports({ client: await connect(call) }));
  if (output.json) {
    output.value({ data });
    return EXIT.ok;
  }
  const rows = data.map(({ code, name, group_by: groups, definition }) => [code, name, groups.join(', '), definition]);
  for (const line of tableOf(['CODE', 'NAME', 'BY', 'WHAT IT SAYS'], rows)) output.line(line);
  return EXIT.ok;
}

/** One report as a table: a row for each point, a column for each figure. */
export async function show(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const code = argument(call, 0);
  const given = (name: string): string | undefined => options.get(`--${name}`);
  const query = Object.fromEntries(['from', 'to', 'zone', 'channel', 'node'].flatMap((name) => (given(name) === undefined ? [] : [[name, given(name)]])));
  const [group, compare] = [choiceOption(call, '--by', GROUPS), choiceOption(call, '--compare', COMPARED)];
  const client = await connect(call);
  const [report, { data }] = await Promise.all([
    answer(getReport({ client, path: { code }, query: { ...query, ...(group === undefined ? {} : { group_by: group }), ...(compare === undefined ? {} : { compare }) } })), answer(listReports({ client })),
  ]);
  if (output.json) output.value(report);
  else print(output, report, data.find((about) => about.code === code));
  return EXIT.ok;
}

function print(output: Output, report: Report, about: ReportAbout | undefined): void {
  const points = [...report.series, report.total];
  const columns = [...new Set(points.flatMap(({ figures }) => figures.map(nameOf)))];
  const row = (point: ReportPoint, key: string): string[] => [key, ...columns.map((column) => shown(point.figures.find((figure) => nameOf(figure) === column), about))];
  const rows = [...report.series.map((point) => row(point, plain(point.key))), row(report.total, 'total'), ...(report.compared ? [row(report.compared.total, `${report.compared.from} to ${report.compared.to}`)] : [])];
  for (const line of tableOf([report.group_by === null ? 'AGE' : report.group_by.toUpperCase(), ...columns.map((column) => column.replaceAll('_', ' ').toUpperCase())], rows)) output.line(line);
  if (about) output.note(about.definition);
  output.note(`${report.zone}; as of ${report.as_of.at === null ? 'nothing yet' : instant(report.as_of.at)}${report.as_of.behind > BEHIND ? `, ${report.as_of.behind} events behind` : ''}.`);
  if (report.as_of.rebuilt_orders !== null) output.note(`Sums are being rebuilt: ${report.as_of.rebuilt_orders} orders so far.`);
}

/** Events that sums may be behind without a word: they pass within a few seconds. */
const BEHIND = 2_000;
type Figure = ReportPoint['figures'][number];
const nameOf = ({ name, currency }: Figure): string => (currency === null ? name : `${name} ${currency}`);

function shown(figure: Figure | undefined, about: ReportAbout | undefined): string {
  const { value = null, currency = null, name = '' } = figure ?? {};
  if (value === null) return '';
  const unit = about?.figures.find((one) => one.name === name)?.unit;
  if (unit === 'minor' && currency !== null) return money(value, currency);
  if (unit === 'micros') return (value / 1_000_000).toFixed(2);
  if (unit === 'percent') return `${value} %`;
  return unit === 'seconds' ? durationOf(value) : String(value);
}

const durationOf = (seconds: number): string => (seconds < 3600 ? `${Math.round(seconds / 60)} min` : seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`);

/** At the database, beside a running Ordo or without one. A run that was stopped is taken up by the next. */
export const rebuild = (call: Call): Promise<ExitCode> => rebuildAtDatabase(call, rebuildReports, (tenant, orders) => `Tenant ${tenant}: ${orders} orders are counted.`);
