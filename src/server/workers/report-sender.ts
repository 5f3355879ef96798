import { REPORTS } from '../../flows/report-catalogue.ts';
import { readReport } from '../../flows/read-report.ts';
import { daysOfPeriod, type DueSchedule, type ReportRun } from '../../flows/report-schedules.ts';
import type { MailMessage } from '../../flows/mails.ts';
import { hasScope } from '../http/access.ts';
import { mailbox } from '../mail/address.ts';
import { reportMails } from '../mail/report-mail.ts';
import { reportTable } from '../report-table.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { describeError, type Found } from './loop.ts';
import type { WorkerDeps } from './ports.ts';

export const SCHEDULES_LEASE = 'report schedules';
const AT_ONCE = 10;

/** Sends reports whose time has come, in one process at a time. What was missed is sent once; what cannot be sent says why. */
export function createReportSender(deps: WorkerDeps, keeper: LeaseKeeper, written: () => void): (tenantId: number) => Promise<Found> {
  const { reportSchedules, mail: { mailer }, metrics, ambient } = deps;
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, SCHEDULES_LEASE);
    if (held === null) return 'nothing';
    const due = await reportSchedules.due(tenantId, ambient.now(), AT_ONCE);
    for (const one of due) {
      if (!held.valid()) return 'nothing';
      const at = ambient.now();
      const { messages, note, outcome } = await lettersOf(deps, tenantId, one, at);
      const run: ReportRun = { at, outcome, note, mails: messages.length };
      if (!(await reportSchedules.finish(held.lease, one.schedule, run, messages, mailer === null))) continue;
      metrics.count('ordo_report_runs_total', { outcome });
      if (mailer === null) metrics.count('ordo_mails_total', { kind: 'report', outcome: 'kept' }, messages.length);
      written();
    }
    return due.length === AT_ONCE ? 'more' : due.length > 0 ? 'some' : 'nothing';
  };
}

interface Letters {
  readonly messages: readonly MailMessage[];
  readonly outcome: ReportRun['outcome'];
  readonly note: string | null;
}

const failed = (note: string): Letters => ({ messages: [], outcome: 'failed', note });

async function lettersOf(deps: WorkerDeps, tenantId: number, { schedule, owner, addresses }: DueSchedule, at: number): Promise<Letters> {
  const { reportQueries, mail: { from, publicUrl }, integration, log } = deps;
  const report = REPORTS.find(({ code }) => code === schedule.report);
  if (!report) return failed(`There is no report ${schedule.report} any more.`);
  if (owner === null) return failed('Whoever arranged this may not sign in any more, or their key has ended.');
  if (!hasScope(owner, 'orders:read')) return failed('Whoever arranged this may not read reports any more.');
  if (owner.places !== null) return failed('Whoever arranged this is limited to nodes, and a report cannot be.');
  const to = [...new Set(schedule.to.flatMap((one) => mailbox(addresses.get(one) ?? one) ?? []))];
  if (to.length === 0) return failed('Nobody it was sent to has an address any more.');
  const { zone, channel, node, group, compare } = schedule;
  const days = daysOfPeriod(schedule.period, at, zone);
  try {
    const answer = await readReport(reportQueries, tenantId, { report, ...days, zone, channel, node, group: group ?? report.groups[0] ?? 'day', compare }, at);
    const ofNow = report.by === 'now';
    const query = new URLSearchParams({ ...(ofNow ? {} : days), zone, ...(group === null ? {} : { group }), ...(channel === null ? {} : { channel }), ...(node === null ? {} : { node }), ...(compare === null ? {} : { compare }) });
    const letter = { schedule, days: ofNow ? null : days, csv: reportTable(answer), link: publicUrl === null ? null : `${publicUrl}/reports/${report.code}?${query.toString()}` };
    const missing = schedule.to.length - to.length;
    return { messages: reportMails(letter, from, to), outcome: 'sent', note: missing === 0 ? null : `${missing} of ${schedule.to.length} have no address any more.` };
  } catch (error) {
    // The database is away: the same sending is tried again.
    if (integration.isPassing(error)) throw error;
    log.error({ schedule: schedule.id, error: describeError(error) }, 'report not sent');
    return failed('Ordo met a defect of its own; its log says more.');
  }
}
