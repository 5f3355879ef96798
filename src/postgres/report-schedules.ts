import type pg from "pg";
import { parsePublicId, publicId } from "../domain/kernel/index.ts";
import type { Principal, Scope } from "../flows/access.ts";
import { changedFields, toldChanges } from "../flows/changed-fields.ts";
import type { MailMessage } from "../flows/mails.ts";
import { type DueSchedule, nextTime, type ReportRun, type ReportSchedule, type ReportSchedules, type ScheduleDocument, type ScheduleView } from "../flows/report-schedules.ts";
import { scopesOf } from "../flows/roles.ts";
import { documents, instant, json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { recordChange } from "./events.ts";
import { isFenced } from "./leases.ts";
import { newId } from "./tenants.ts";
import { findUser } from "./users.ts";

const LIST = statement("list_report_schedules", `
  select s.id, s.owner, s.report, s.document, s.paused, s.next_at, s.asked_at, s.version, s.updated_at, coalesce((
    select json_agg(json_build_object('at', r.at, 'outcome', r.outcome, 'note', r.note, 'mails', r.mails) order by r.at desc)
    from report_run r where r.tenant_id = (select current_tenant()) and r.schedule_id = s.id), '[]') as runs
  from report_schedule s where s.tenant_id = (select current_tenant()) and ($1::text is null or s.owner = $1) and ($2::text is null or s.report = $2) and ($3::uuid is null or s.id = $3)
  order by s.document ->> 'name', s.id limit 500`);
const LOCK = statement("lock_report_schedule", `
  select id, owner, report, document, paused, next_at, asked_at, version, updated_at from report_schedule where tenant_id = (select current_tenant()) and id = $1 for update`);
const ADD = statement("add_report_schedule", `
  insert into report_schedule (tenant_id, id, owner, report, document, paused, next_at, asked_at, version, updated_at) values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (tenant_id, id) do update set document = excluded.document, paused = excluded.paused, next_at = excluded.next_at, asked_at = excluded.asked_at, version = excluded.version, updated_at = excluded.updated_at`);
const REMOVE = statement("remove_report_schedule", `delete from report_schedule where tenant_id = (select current_tenant()) and id = $1`);
const DUE = statement("due_report_schedules", `
  select id, owner, report, document, paused, next_at, asked_at, version, updated_at from report_schedule
  where tenant_id = (select current_tenant()) and (asked_at is not null or not paused and next_at <= $1) order by next_at limit $2`);
const KEY = statement("key_of_schedule", `
  select name, scopes from api_key where tenant_id = (select current_tenant()) and id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`);
const RAN = statement("report_ran", `
  update report_schedule set next_at = $2, asked_at = null where tenant_id = (select current_tenant()) and id = $1`);
const NOTE = statement("note_report_run", `
  insert into report_run (tenant_id, schedule_id, at, outcome, note, mails) values ((select current_tenant()), $1, $2, $3, $4, $5) on conflict do nothing`);
const FORGET_RUNS = statement("forget_report_runs", `
  delete from report_run r where r.tenant_id = (select current_tenant()) and r.schedule_id = $1
    and r.at < (select min(k.at) from (select n.at from report_run n where n.tenant_id = (select current_tenant()) and n.schedule_id = $1 order by n.at desc limit 10) k)`);
/** The order of the mailbox: what came when the log stood here. */
const MAILS = statement("add_report_mails", `
  insert into mail (tenant_id, id, kind, cause, position, state, note, due_at, ready_at, finished_at)
  select (select current_tenant()), k.id, 'report', $2, (select c.position from event_counter c where c.tenant_id = (select current_tenant())), case when $3 then 'kept' else 'ready' end,
    case when $3 then 'Kept here: no mail server is set.' end, clock_timestamp(), case when not $3 then clock_timestamp() end, case when $3 then clock_timestamp() end
  from unnest($1::uuid[]) as k (id)`);
const BODIES = statement("add_report_mail_bodies", `
  insert into mail_body (tenant_id, mail_id, message) select (select current_tenant()), k.id, k.message from rows from (unnest($1::uuid[]), json_array_elements($2::json)) as k (id, message)`);

const NOTE_MAX = 500;

interface ScheduleDb {
  id: string; owner: string; report: string; document: ScheduleDocument; paused: boolean; next_at: Date; asked_at: Date | null; version: number; updated_at: Date;
}
interface RunDb extends Omit<ReportRun, "at"> { at: string }

const read = (row: ScheduleDb): ReportSchedule => ({
  ...row.document, id: row.id, owner: row.owner, report: row.report, paused: row.paused, nextAt: row.next_at.getTime(), askedAt: row.asked_at?.getTime() ?? null, version: row.version, updatedAt: row.updated_at.getTime(),
});
const readView = ({ runs, ...row }: ScheduleDb & { runs: RunDb[] }): ScheduleView => ({ ...read(row), runs: runs.map(({ at, ...run }) => ({ ...run, at: Date.parse(at) })) });
const documentOf = ({ id: _id, owner: _owner, report: _report, paused: _paused, nextAt: _next, askedAt: _asked, version: _version, updatedAt: _updated, ...document }: ReportSchedule): ScheduleDocument => document;
/** Whom it goes to stands in no event. */
const told = (schedule: ReportSchedule): object => ({ ...documentOf(schedule), paused: schedule.paused });

const list = async (session: Session, owner: string | null, report: string | null, id: string | null): Promise<readonly ScheduleView[]> =>
  (await session.rows<ScheduleDb & { runs: RunDb[] }>(LIST, [owner, report, id])).map(readView);
const find = async (session: Session, id: string): Promise<ScheduleView | null> => (await list(session, null, null, id))[0] ?? null;

async function lock(session: Session, id: string): Promise<ReportSchedule | null> {
  const [row] = await session.rows<ScheduleDb>(LOCK, [id]);
  return row ? read(row) : null;
}

const keep = (session: Session, schedule: ReportSchedule): Promise<number> => session.run(ADD, [
  schedule.id, schedule.owner, schedule.report, json(documentOf(schedule)), schedule.paused, instant(schedule.nextAt), instant(schedule.askedAt), schedule.version, instant(schedule.updatedAt),
]);

/** Who made a schedule, as they are now; null where they may not sign in, or the key works no more. */
async function ownerNow(session: Session, tenantId: number, actor: string, now: number): Promise<Principal | null> {
  const [keyId, userId] = [parsePublicId("key", actor), parsePublicId("user", actor)];
  const nobody = { tenantId, keyId: null, userId: null, sessionId: null, places: null };
  if (keyId !== undefined) {
    const [key] = await session.rows<{ name: string; scopes: Scope[] }>(KEY, [keyId, instant(now)]);
    return key ? { ...nobody, keyId: actor, ...key } : null;
  }
  const user = userId === undefined ? null : await findUser(session, userId);
  return user === null || user.disabledAt !== null || user.erasedAt !== null ? null : { ...nobody, userId: actor, name: user.name ?? actor, scopes: scopesOf(user.roles), places: user.nodes };
}

async function addressesOf(session: Session, to: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const one of to) {
    const id = parsePublicId("user", one);
    const user = id === undefined ? null : await findUser(session, id);
    if (user !== null && user.disabledAt === null && user.email !== null) found.set(one, user.email);
  }
  return found;
}

async function writeMails(session: Session, cause: string, messages: readonly MailMessage[], kept: boolean): Promise<void> {
  if (messages.length === 0) return;
  const ids = messages.map(() => newId());
  await session.run(MAILS, [ids, cause, kept]);
  await session.run(BODIES, [ids, documents(messages, (message) => message)]);
}

export const postgresReportSchedules = (pool: pg.Pool): ReportSchedules => ({
  list: (tenantId, { owner, report }) => inTransaction(pool, tenantId, (session) => list(session, owner, report, null)),
  find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
  save: (tenantId, schedule, by) => inTransaction(pool, tenantId, async (session) => {
    const before = await lock(session, schedule.id);
    if ((before?.version ?? 0) !== schedule.version - 1) return false;
    await keep(session, schedule);
    await recordChange(session, by, "ReportScheduleSaved", { report_schedule: publicId("reportSchedule", schedule.id), report: schedule.report, ...toldChanges(before ? changedFields(told(before), told(schedule), ["to"]) : {}) });
    return true;
  }),
  ask: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => {
    const schedule = await lock(session, id);
    if (schedule === null) return null;
    await keep(session, { ...schedule, askedAt: schedule.askedAt ?? by.now });
    return find(session, id);
  }),
  remove: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => {
    const gone = await lock(session, id);
    if (gone === null) return false;
    await session.run(REMOVE, [id]);
    await recordChange(session, by, "ReportScheduleDeleted", { report_schedule: publicId("reportSchedule", id), report: gone.report });
    return true;
  }),
  due: (tenantId, now, limit) => inTransaction(pool, tenantId, async (session) => {
    const due: DueSchedule[] = [];
    for (const row of await session.rows<ScheduleDb>(DUE, [instant(now), limit])) {
      const schedule = read(row);
      due.push({ schedule, owner: await ownerNow(session, tenantId, schedule.owner, now), addresses: await addressesOf(session, schedule.to) });
    }
    return due;
  }),
  finish: (lease, due, run, messages, kept) => inTransaction(pool, lease.tenantId, async (session) => {
    const now = await lock(session, due.id);
    if (now === null || now.version !== due.version || now.nextAt !== due.nextAt || !(await isFenced(session, lease))) return false;
    await writeMails(session, `${due.id} ${String(instant(run.at))}`, messages, kept);
    await session.run(NOTE, [due.id, instant(run.at), run.outcome, run.note?.slice(0, NOTE_MAX) ?? null, messages.length]);
    await session.run(FORGET_RUNS, [due.id]);
    await session.run(RAN, [due.id, instant(due.nextAt > run.at ? due.nextAt : nextTime(due, run.at))]);
    return true;
  }),
});
