import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import { publicId } from "../domain/kernel/index.ts";
import type { Browser, OpenedSession, Place, Principal, Sessions, ShownOnce } from "../flows/access.ts";
import type { LinkPurpose } from "../flows/credentials.ts";
import { isRole, type Role, scopesOf } from "../flows/roles.ts";
import { userEvent } from "../flows/users.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { appendEvents } from "./events.ts";
import { newId } from "./tenants.ts";

/** What browsers and mails hold of people: links that work once, and sessions. Only hashes are kept. */

const LINK_TTL_MS = 15 * 60_000;
/** A session ends so long after it began, and so long after it was last used, whichever comes first. */
const SESSION_TTL_MS = 7 * 24 * 3600_000;
const IDLE_MS = 12 * 3600_000;
const SEEN_EVERY_MS = 60_000;

const TENANT = statement("find_browser_token", `select tenant_id from find_browser_token($1)`);
const INSERT = statement("insert_browser_token", `
  insert into browser_token (tenant_id, hash, kind, user_id, id, method, user_agent, created_at, last_seen_at, expires_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $7, $8)`);
const USE = statement("use_browser_token", `
  update browser_token t set used_at = now() where t.tenant_id = (select current_tenant()) and t.hash = $1 and t.kind = $2 and t.used_at is null and t.expires_at > $3
    and exists (select from app_user u where u.tenant_id = t.tenant_id and u.id = t.user_id and u.disabled_at is null)
  returning t.user_id`);
const SWEEP = statement("sweep_browser_tokens", `delete from browser_token where tenant_id = (select current_tenant()) and expires_at < now() - interval '1 day'`);
const PRINCIPAL = statement("find_session", `
  select t.id, t.last_seen_at, u.id as user_id, u.name, u.roles, case when u.nodes is not null then coalesce((select json_agg(json_build_object('id', n.id, 'code', n.code) order by n.code) from (
    select distinct n.id, n.code from node n where n.tenant_id = u.tenant_id and n.id = any(u.nodes)) n), '[]') end as places
  from browser_token t join app_user u on u.tenant_id = t.tenant_id and u.id = t.user_id
  where t.tenant_id = (select current_tenant()) and t.hash = $1 and t.kind = 'session' and t.expires_at > $2 and t.last_seen_at > $3 and u.disabled_at is null`);
const SEEN = statement("see_session", `update browser_token set last_seen_at = $2 where tenant_id = (select current_tenant()) and hash = $1 and last_seen_at < $2`);
const SIGNED_IN = statement("note_sign_in", `update app_user set last_sign_in_at = $2 where tenant_id = (select current_tenant()) and id = $1`);
const MAY_SIGN_IN = statement("find_who_may_sign_in", `
  select id from app_user where tenant_id = (select current_tenant()) and disabled_at is null and case when $1::uuid is null then 'admin' = any(roles) else id = $1 end order by id limit 1`);
const LIST = statement("list_sessions", `
  select id, method, user_agent, created_at, last_seen_at, expires_at from browser_token
  where tenant_id = (select current_tenant()) and user_id = $1 and kind = 'session' and expires_at > $2 and last_seen_at > $3 order by last_seen_at desc, id limit 100`);
/** With its links, and whatever else was handed out to the person: what began before counts for nothing after. */
const END_BUT = statement("end_sessions_but", `delete from browser_token where tenant_id = (select current_tenant()) and user_id = $1 and ($2::uuid is null or id is distinct from $2)`);
const END_ONE = statement("end_session", `delete from browser_token where tenant_id = (select current_tenant()) and user_id = $1 and id = $2 and kind = 'session'`);
const TRY_TICKET = statement("try_ticket", `
  update browser_token set tries = tries + 1 where tenant_id = (select current_tenant()) and hash = $1 and kind = 'second_factor' and used_at is null and expires_at > $2 and tries < $3 returning user_id`);
const END_HASH = statement("end_session_of_token", `delete from browser_token where tenant_id = (select current_tenant()) and hash = $1 and kind = 'session'`);
const RENEW = statement("renew_session", `update browser_token set hash = $2 where tenant_id = (select current_tenant()) and id = $1 and kind = 'session' returning expires_at`);

export type LinkKind = "sign_in_link" | "second_factor" | LinkPurpose;

const makeToken = (): string => randomBytes(32).toString("base64url");
const hashOf = (token: string): Buffer => createHash("sha256").update(`ordo browser token:${token}`).digest();

const tenantOf = async (pool: pg.Pool, token: string): Promise<number | null> =>
  (await pool.query<{ tenant_id: number }>({ name: TENANT.name, text: TENANT.text, values: [hashOf(token)] })).rows[0]?.tenant_id ?? null;

/** A token that works once, for one person and one purpose. */
export async function insertLink(session: Session, kind: LinkKind, userId: string, now: number, ttlMs: number): Promise<ShownOnce> {
  const token = makeToken();
  await session.run(SWEEP, []);
  await session.run(INSERT, [hashOf(token), kind, userId, null, null, null, new Date(now), new Date(now + ttlMs)]);
  return { token, expiresAt: now + ttlMs };
}

/** Whose token it is, which it is for the last time; null where it is of another kind, used, too old, or its person may not sign in. */
export const useLink = async (session: Session, kind: LinkKind, token: string, now: number): Promise<string | null> =>
  (await session.rows<{ user_id: string }>(USE, [hashOf(token), kind, new Date(now)]))[0]?.user_id ?? null;

/** Whose ticket it is, of which one more try is gone; null where none is left or it is no ticket. */
export const tryTicket = async (session: Session, ticket: string, now: number, most: number): Promise<string | null> =>
  (await session.rows<{ user_id: string }>(TRY_TICKET, [hashOf(ticket), new Date(now), most]))[0]?.user_id ?? null;

/** Begins a session; the one that the browser had before ends, so that nobody goes on under an id that somebody else may know. */
export async function openSession(session: Session, userId: string, method: string, { userAgent, previous }: Browser, now: number): Promise<ShownOnce> {
  const token = makeToken();
  if (previous !== null) await session.run(END_HASH, [hashOf(previous)]);
  await session.run(INSERT, [hashOf(token), "session", userId, newId(), method, userAgent?.slice(0, 200) ?? null, new Date(now), new Date(now + SESSION_TTL_MS)]);
  await session.run(SIGNED_IN, [userId, new Date(now)]);
  await appendEvents(session, [userEvent("UserSignedIn", userId, { method }, { newId, now: () => now }, { actor: publicId("user", userId) })]);
  return { token, expiresAt: now + SESSION_TTL_MS };
}

export const endSessionsOf = (session: Session, userId: string, which: { readonly only: string } | { readonly except: string | null }): Promise<number> =>
  ("only" in which ? session.run(END_ONE, [userId, which.only]) : session.run(END_BUT, [userId, which.except]));

/** Runs work on the tenant that a token belongs to; null where nobody has it. */
export async function withTokensTenant<T>(pool: pg.Pool, token: string, work: (session: Session, tenantId: number) => Promise<T | null>): Promise<T | null> {
  const tenantId = await tenantOf(pool, token);
  return tenantId === null ? null : inTransaction(pool, tenantId, (session) => work(session, tenantId));
}

interface SessionDb { id: string; last_seen_at: Date; user_id: string; name: string | null; roles: string[]; places: Place[] | null }

export const postgresSessions = (pool: pg.Pool, now: () => number): Sessions => ({
  createLink: (tenantId, userId) => inTransaction(pool, tenantId, async (session) => {
    const [user] = await session.rows<{ id: string }>(MAY_SIGN_IN, [userId]);
    return user ? insertLink(session, "sign_in_link", user.id, now(), LINK_TTL_MS) : null;
  }),
  open: (linkToken, from) => withTokensTenant(pool, linkToken, async (session, tenantId): Promise<OpenedSession | null> => {
    // Whoever marks the link opens the session; a second use at the same moment finds it marked.
    const userId = await useLink(session, "sign_in_link", linkToken, now());
    return userId === null ? null : { ...(await openSession(session, userId, "link", from, now())), tenantId, userId };
  }),
  find: (token) => withTokensTenant(pool, token, async (session, tenantId): Promise<Principal | null> => {
    const at = now();
    const [found] = await session.rows<SessionDb>(PRINCIPAL, [hashOf(token), new Date(at), new Date(at - IDLE_MS)]);
    if (!found) return null;
    if (at - found.last_seen_at.getTime() > SEEN_EVERY_MS) await session.run(SEEN, [hashOf(token), new Date(at)]);
    return {
      tenantId, keyId: null, userId: publicId("user", found.user_id), sessionId: found.id, name: found.name ?? "", places: found.places,
      scopes: scopesOf(found.roles.filter((role): role is Role => isRole(role))),
    };
  }),
  list: (tenantId, userId) => inTransaction(pool, tenantId, async (session) => {
    const rows = await session.rows<{ id: string; method: string; user_agent: string | null; created_at: Date; last_seen_at: Date; expires_at: Date }>(LIST, [userId, new Date(now()), new Date(now() - IDLE_MS)]);
    return rows.map((row) => ({
      id: row.id, method: row.method, userAgent: row.user_agent, startedAt: row.created_at.getTime(), lastSeenAt: row.last_seen_at.getTime(),
      expiresAt: Math.min(row.expires_at.getTime(), row.last_seen_at.getTime() + IDLE_MS),
    }));
  }),
  end: (tenantId, userId, which) => inTransaction(pool, tenantId, (session) => endSessionsOf(session, userId, which)),
  renew: (tenantId, sessionId) => inTransaction(pool, tenantId, async (session) => {
    const token = makeToken();
    const [row] = await session.rows<{ expires_at: Date }>(RENEW, [sessionId, hashOf(token)]);
    return row ? { token, expiresAt: row.expires_at.getTime() } : null;
  }),
});
