// Who did what, the latest first.
import { readAudit, type AuditEntry, type ReadAuditData } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { AuditEntry } from '@ordo/client';
export type AuditQuestion = NonNullable<ReadAuditData['query']>;

export interface AuditPage {
  readonly rows: readonly AuditEntry[];
  readonly next: string | null;
  /** Up to when it was searched, where there is more before. */
  readonly lookedTo: string | null;
}

export const readEntries = async (query: AuditQuestion): Promise<Result<AuditPage>> =>
  mapped(await read((signal) => readAudit({ query, signal })), ({ data, next_cursor, looked_to }) => ({ rows: data, next: next_cursor, lookedTo: looked_to?.at ?? null }));
