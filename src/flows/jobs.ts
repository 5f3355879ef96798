import type { Lease } from "./integration.ts";

/** Ports of files that are imported by the server. */

export const JOB_STATES = ["receiving", "waiting", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What was asked for, beside the kind of file. */
export interface JobOptions {
  /** Fields by the heading that is to be read as them. */
  readonly map: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly createItems: boolean;
  readonly endlessStock: boolean;
  readonly channel: string | null;
  readonly currency: string | null;
  /** Of rows of prices that name none. */
  readonly priceList: string | null;
  /** Of rows of rates that name none. */
  readonly rateCard: string | null;
  readonly timeZone: string;
  /** The connection whose channel wrote the file. */
  readonly connectionId: string | null;
}

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly file: string;
  readonly options: JobOptions;
  readonly actor: string;
  /** The request that it was asked with; null of those that an earlier version took. */
  readonly requestId: string | null;
}

export interface JobCounts {
  readonly create: number;
  readonly update: number;
  readonly skip: number;
  readonly fail: number;
}

export interface JobProblem {
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
}

export interface Job extends NewJob {
  readonly state: JobState;
  readonly bytes: number;
  /** At the most; null before the file was looked at. */
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly entriesDone: number;
  readonly counts: JobCounts;
  readonly errorsHeading: string;
  readonly problem: JobProblem | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Rows a second of the run in hand, or of the last one; null before it did any. */
  readonly rate: number | null;
}

/** What a chunk of entries adds to a job. */
export interface JobProgress {
  readonly entries: number;
  readonly rows: number;
  readonly counts: JobCounts;
  /** Lines for the file of errors. */
  readonly errors: Uint8Array;
}

export interface Jobs {
  create(tenantId: number, job: NewJob): Promise<void>;
  addChunk(tenantId: number, id: string, chunkNo: number, body: Uint8Array): Promise<void>;
  /** All of the file is there. */
  ready(tenantId: number, id: string, bytes: number): Promise<Job | null>;
  /** Deletes a job whose file never came. */
  discard(tenantId: number, id: string): Promise<void>;
  /** Latest first, before the given one. */
  list(tenantId: number, filter: { readonly before: string | null; readonly limit: number }): Promise<readonly Job[]>;
  find(tenantId: number, id: string): Promise<Job | null>;
  /** Null where there is none; one that has ended stays as it is. */
  cancel(tenantId: number, id: string): Promise<Job | null>;
  /** Lines of the file of errors that follow the given number, and the number they go on after; null at the end. */
  errors(tenantId: number, id: string, after: number): Promise<{ readonly body: Uint8Array; readonly errorNo: number } | null>;
  chunk(tenantId: number, id: string, chunkNo: number): Promise<Uint8Array | null>;
  /** The oldest job that is not done, its run begun; null where there is none, or the lease's fence is stale. */
  take(lease: Lease): Promise<Job | null>;
  /** The next three answer false, and write nothing, where the fence is stale or the job was cancelled. */
  begin(lease: Lease, id: string, file: { readonly rowsTotal: number | null; readonly errorsHeading: string }): Promise<boolean>;
  progress(lease: Lease, id: string, progress: JobProgress): Promise<boolean>;
  finish(lease: Lease, id: string, state: "done" | "failed", problem: JobProblem | null): Promise<boolean>;
  /** Deletes jobs that ended 30 days ago and files that never came whole; answers how many. */
  forget(tenantId: number, limit: number): Promise<number>;
}
