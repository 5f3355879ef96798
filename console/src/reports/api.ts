// Reports as the server answers them, and the same as a table to keep.
import {
  changeReportSchedule, createReportSchedule, deleteReportSchedule, getReport, listReports, listReportSchedules, sendReportNow, type ChangeReportScheduleData, type CreateReportScheduleData, type GetReportData, type Report, type ReportAbout, type ReportSchedule,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import { written } from '../app/refused.ts';

export type { Report, ReportAbout, ReportPoint, ReportSchedule } from '@ordo/client';
export type NewSchedule = NonNullable<CreateReportScheduleData['body']>;
type ScheduleChange = NonNullable<ChangeReportScheduleData['body']>;
export type Figure = Report['total']['figures'][number];
export type ReportQuestion = NonNullable<GetReportData['query']>;

export const readReports = async (): Promise<Result<readonly ReportAbout[]>> => mapped(await read((signal) => listReports({ signal })), ({ data }) => data);

export const readReport = (code: string, query: ReportQuestion): Promise<Result<Report>> => read((signal) => getReport({ path: { code }, query, signal }));

/** The report as a table, text of which nothing was read. */
export const readTable = async (code: string, query: ReportQuestion): Promise<Result<string>> =>
  mapped(await read((signal) => getReport({ path: { code }, query, signal, headers: { accept: 'text/csv' }, parseAs: 'text' })), String);

export const readSchedules = async (report: string): Promise<Result<readonly ReportSchedule[]>> => mapped(await read((signal) => listReportSchedules({ query: { report }, signal })), ({ data }) => data);
export const changeSchedule = (id: string, body: ScheduleChange): Promise<Result<ReportSchedule>> => read((signal) => changeReportSchedule({ path: { id }, body, signal }));
export const sendNow = (id: string): Promise<Result<ReportSchedule>> => read((signal) => sendReportNow({ path: { id }, body: {}, signal }));
export const removeSchedule = (id: string): Promise<Result<unknown>> => read((signal) => deleteReportSchedule({ path: { id }, signal }));

/** Makes one, or changes the one of this id; a refusal names the fields it is about. */
export function keepSchedule(id: string | null, { report, name, period, cadence, time, weekday, month_day, zone, group_by, channel, node, compare, to, language }: NewSchedule): Promise<ReportSchedule> {
  const body = { name, period, cadence, time, zone, to, weekday: weekday ?? null, month_day: month_day ?? null, group_by: group_by ?? null, channel: channel ?? null, node: node ?? null, compare: compare ?? null, language: language ?? 'en' };
  return written((signal) => (id === null ? createReportSchedule({ body: { report, ...body }, signal }) : changeReportSchedule({ path: { id }, body, signal })));
}
