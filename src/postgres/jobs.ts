import type pg from "pg";
import type { Job, JobOptions, JobProblem, Jobs, JobState } from "../flows/jobs.ts";
import { json } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { isFenced } from "./leases.ts";

const CREATE = statement("create_job", `
  insert into job (tenant_id, id, kind, file, options, actor, request_id) values (current_tenant(), $1, $2, $3, $4, $5, $6)`);
const ADD_CHUNK = statement("add_job_chunk", `
  insert into job_chunk (tenant_id, job_id, chunk_no, body) values (current_tenant(), $1, $2, $3)`);
const READY = statement("job_ready", `
  update job set state = 'waiting', bytes = $2 where tenant_id = (select current_tenant()) and id = $1 and state = 'receiving'`);
const DISCARD = statement("discard_job", `delete from job where tenant_id = (select current_tenant()) and id = $1 and state = 'receiving'`);

const LIST = statement("list_jobs", `
  select j.*, extract(epoch from j.progressed_at - j.run_started_at)::float8 as run_seconds
  from job j where j.tenant_id = (select current_tenant()) and j.id < $1 order by j.id desc limit $2`);
const FIND = statement("find_job", `
  select j.*, extract(epoch from j.progressed_at - j.run_started_at)::float8 as run_seconds from job j where j.tenant_id = (select current_tenant()) and j.id = $1`);
const CANCEL = statement("cancel_job", `
  update job set state = 'cancelled', finished_at = clock_timestamp()
  where tenant_id = (select current_tenant()) and id = $1 and state in ('receiving', 'waiting', 'running')`);
const ERRORS = statement("job_errors", `
  select error_no, body from job_error where tenant_id = (select current_tenant()) and job_id = $1 and error_no > $2 order by error_no limit 1`);
const CHUNK = statement("job_chunk", `select body from job_chunk where tenant_id = (select current_tenant()) and job_id = $1 and chunk_no = $2`);

/** One that runs already is one whose worker went away: it comes before all that waits. */
const NEXT = statement("next_job", `
  select id from job where tenant_id = (select current_tenant()) and state in ('waiting', 'running') order by state, id limit 1`);
const RUN = statement("run_job", `
  update job set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp()), run_started_at = clock_timestamp(),
    run_started_rows = rows_done, progressed_at = null
  where tenant_id = (select current_tenant()) and id = $1 and state in ('waiting', 'running')`);
const BEGIN = statement("begin_job", `
  update job set rows_total = greatest($2, rows_done), errors_heading = $3 where tenant_id = (select current_tenant()) and id = $1 and state = 'running'`);
const PROGRESS = statement("progress_job", `
  update job set entries_done = entries_done + $2, rows_done = rows_done + $3, created = created + $4, updated = updated + $5, skipped = skipped + $6, failed = failed + $7,
    attempts = 0, progressed_at = clock_timestamp()
  where tenant_id = (select current_tenant()) and id = $1 and state = 'running' returning failed`);
const ADD_ERRORS = statement("add_job_errors", `
  insert into job_error (tenant_id, job_id, error_no, body) values (current_tenant(), $1, $2, $3)`);
const FINISH = statement("finish_job", `
  update job set state = $2, problem = $3, rows_total = case when $2 = 'done' then rows_done else rows_total end, finished_at = clock_timestamp()
  where tenant_id = (select current_tenant()) and id = $1 and state = 'running'`);
const DROP_FILE = statement("drop_job_file", `delete from job_chunk where tenant_id = (select current_tenant()) and job_id = $1`);
const FORGET = statement("forget_jobs", `
  delete from job where tenant_id = (select current_tenant()) and id in (
    select id from job where tenant_id = (select current_tenant())
      and (finished_at < now() - interval '30 days' or (state = 'receiving' and created_at < now() - interval '1 day')) order by id limit $1)`);

interface JobDb {
  id: string; kind: string; file: string; options: JobOptions; actor: string; request_id: string | null; state: JobState; bytes: number; rows_total: number | null; rows_done: number; entries_done: number;
  created: number; updated: number; skipped: number; failed: number; errors_heading: string; problem: JobProblem | null; attempts: number; created_at: Date; started_at: Date | null;
  run_started_rows: number; run_seconds: number | null; finished_at: Date | null;
}

const readJob = (row: JobDb): Job => ({
  id: row.id, kind: row.kind, file: row.file, options: row.options, actor: row.actor, requestId: row.request_id, state: row.state, bytes: row.bytes, rowsTotal: row.rows_total, rowsDone: row.rows_done,
  entriesDone: row.entries_done, counts: { create: row.created, update: row.updated, skip: row.skipped, fail: row.failed }, errorsHeading: row.errors_heading, problem: row.problem,
  attempts: row.attempts, createdAt: row.created_at.getTime(), startedAt: row.started_at?.getTime() ?? null, finishedAt: row.finished_at?.getTime() ?? null,
  rate: row.run_seconds === null || row.run_seconds <= 0 ? null : (row.rows_done - row.run_started_rows) / row.run_seconds,
});

async function find(session: Session, id: string): Promise<Job | null> {
  const [row] = await session.rows<JobDb>(FIND, [id]);
  return row ? readJob(row) : null;
}

const LATEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Jobs as people see them. What they do is in the ledgers of what they change; they themselves are forgotten in time. */
export function postgresJobs(pool: pg.Pool): Jobs {
  return {
    create: (tenantId, job) => inTransaction(pool, tenantId, async (session) => void (await session.run(CREATE, [job.id, job.kind, job.file, json(job.options), job.actor, job.requestId]))),
    addChunk: (tenantId, id, chunkNo, body) => unflushed(pool, tenantId, async (session) => void (await session.run(ADD_CHUNK, [id, chunkNo, body]))),
    ready: (tenantId, id, bytes) => inTransaction(pool, tenantId, async (session) => {
      if ((await session.run(READY, [id, bytes])) === 0) await session.run(DROP_FILE, [id]);
      return find(session, id);
    }),
    discard: (tenantId, id) => inTransaction(pool, tenantId, async (session) => void (await session.run(DISCARD, [id]))),
    list: (tenantId, { before, limit }) => inTransaction(pool, tenantId, async (session) => (await session.rows<JobDb>(LIST, [before ?? LATEST, limit])).map(readJob)),
    find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
    cancel: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
      if ((await session.run(CANCEL, [id])) > 0) await session.run(DROP_FILE, [id]);
      return find(session, id);
    }),
    errors: (tenantId, id, after) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<{ error_no: number; body: Buffer }>(ERRORS, [id, after]);
      return row ? { errorNo: row.error_no, body: row.body } : null;
    }),
    chunk: (tenantId, id, chunkNo) => inTransaction(pool, tenantId, async (session) => (await session.rows<{ body: Buffer }>(CHUNK, [id, chunkNo]))[0]?.body ?? null),
    ...workerSide(pool),
  };
}

function workerSide(pool: pg.Pool): Pick<Jobs, "take" | "begin" | "progress" | "finish" | "forget"> {
  return {
    // Looked at first and alone, because nearly always there is nothing.
    take: (lease) => inTransaction(pool, lease.tenantId, async (session) => {
      const [next] = await session.rows<{ id: string }>(NEXT, []);
      if (!next || !(await isFenced(session, lease)) || (await session.run(RUN, [next.id])) === 0) return null;
      return find(session, next.id);
    }),
    begin: (lease, id, { rowsTotal, errorsHeading }) => inTransaction(pool, lease.tenantId, async (session) =>
      (await isFenced(session, lease)) && (await session.run(BEGIN, [id, rowsTotal, errorsHeading])) > 0),
    progress: (lease, id, { entries, rows, counts, errors }) => inTransaction(pool, lease.tenantId, async (session) => {
      if (!(await isFenced(session, lease))) return false;
      const [done] = await session.rows<{ failed: number }>(PROGRESS, [id, entries, rows, counts.create, counts.update, counts.skip, counts.fail]);
      if (done && errors.length > 0) await session.run(ADD_ERRORS, [id, done.failed, errors]);
      return done !== undefined;
    }),
    finish: (lease, id, state, problem) => inTransaction(pool, lease.tenantId, async (session) => {
      if (!(await isFenced(session, lease)) || (await session.run(FINISH, [id, state, problem === null ? null : json(problem)])) === 0) return false;
      await session.run(DROP_FILE, [id]);
      return true;
    }),
    forget: (tenantId, limit) => inTransaction(pool, tenantId, (session) => session.run(FORGET, [limit])),
  };
}
