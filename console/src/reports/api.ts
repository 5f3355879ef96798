// Reports as the server answers them, and the same as a table to keep.
import { getReport, listReports, type GetReportData, type Report, type ReportAbout } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { Report, ReportAbout, ReportPoint } from '@ordo/client';
export type Figure = Report['total']['figures'][number];
export type ReportQuestion = NonNullable<GetReportData['query']>;

export const readReports = async (): Promise<Result<readonly ReportAbout[]>> => mapped(await read((signal) => listReports({ signal })), ({ data }) => data);

export const readReport = (code: string, query: ReportQuestion): Promise<Result<Report>> => read((signal) => getReport({ path: { code }, query, signal }));

/** The report as a table, text of which nothing was read. */
export const readTable = async (code: string, query: ReportQuestion): Promise<Result<string>> =>
  mapped(await read((signal) => getReport({ path: { code }, query, signal, headers: { accept: 'text/csv' }, parseAs: 'text' })), String);
