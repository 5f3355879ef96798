import { createHash } from "node:crypto";
import type pg from "pg";
import { type EventType, publicId } from "../domain/kernel/index.ts";
import type { Account, Credentials, LinkPurpose, Subject } from "../flows/credentials.ts";
import { takeTry, type Tries } from "../flows/sign-in-tries.ts";
import { userEvent } from "../flows/users.ts";
import { endSessionsOf, insertLink, openSession, useLink } from "./browser-sessions.ts";
import { instant } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { appendEvents } from "./events.ts";
import { newId } from "./tenants.ts";

/** Passwords, and tries to sign in. */

const LINK_TTL_MS: Readonly<Record<LinkPurpose, number>> = { invitation: 24 * 3600_000, recovery: 3600_000 };

const ACCOUNT = statement("find_account", `
  select u.id, u.email, u.name, u.language, p.hash from app_user u left join user_password p on p.tenant_id = u.tenant_id and p.user_id = u.id
  where u.tenant_id = (select current_tenant()) and u.disabled_at is null and ($1::uuid is null or u.id = $1) and ($2::text is null or u.email = $2) limit 1`);
const LOCK_ACCOUNT = statement("lock_account", `select from app_user where tenant_id = (select current_tenant()) and id = $1 and disabled_at is null for update`);
const SAVE_PASSWORD = statement("save_password", `
  insert into user_password (tenant_id, user_id, hash, changed_at) values ((select current_tenant()), $1, $2, $3)
  on conflict (tenant_id, user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at`);
const FORGET_PASSWORD = statement("forget_password", `delete from user_password where tenant_id = (select current_tenant()) and user_id = $1`);
const BEGUN = statement("session_begun", `select method, created_at from browser_token where tenant_id = (select current_tenant()) and id = $1 and kind = 'session'`);
const BEGIN_TRIES = statement("begin_tries", `
  insert into sign_in_try (tenant_id, subject, tries, since, blocks) select (select current_tenant()), s, 0, $2, 0 from unnest($1::bytea[]) as s order by s on conflict do nothing`);
const LOCK_TRIES = statement("lock_tries", `
  select subject, tries, since, blocks, blocked_until from sign_in_try where tenant_id = (select current_tenant()) and subject = any($1::bytea[]) order by subject for update`);
const SAVE_TRIES = statement("save_tries", `
  update sign_in_try set tries = $2, since = $3, blocks = $4, blocked_until = $5 where tenant_id = (select current_tenant()) and subject = $1`);
const FORGIVE_ACCOUNT = statement("forgive_account", `delete from sign_in_try where tenant_id = (select current_tenant()) and subject = $1`);
const FORGIVE_ADDRESS = statement("forgive_address", `update sign_in_try set tries = greatest(tries - 1, 0) where tenant_id = (select current_tenant()) and subject = $1`);
const SWEEP = statement("sweep_tries", `delete from sign_in_try where tenant_id = (select current_tenant()) and since < $1 and (blocked_until is null or blocked_until < $1)`);

interface AccountDb { id: string; email: string; name: string; language: "en" | "de"; hash: string | null }
interface TriesDb { subject: Buffer; tries: number; since: Date; blocks: number; blocked_until: Date | null }

const DAY_MS = 24 * 3600_000;

/** Nobody's address is kept because it was tried. */
const hashOf = ({ kind, name }: Subject): Buffer => createHash("sha256").update(`ordo sign-in ${kind}:${name}`).digest();

const readTries = (row: TriesDb): Tries => ({ tries: row.tries, since: row.since.getTime(), blocks: row.blocks, blockedUntil: row.blocked_until?.getTime() ?? null });

export async function findAccount(session: Session, by: { readonly userId: string } | { readonly email: string }): Promise<Account | null> {
  const [row] = await session.rows<AccountDb>(ACCOUNT, "userId" in by ? [by.userId, null] : [null, by.email]);
  return row ? { userId: row.id, email: row.email, name: row.name, language: row.language, passwordHash: row.hash } : null;
}

/** Whether somebody may sign in, which stays so until the transaction ends. */
export const lockAccount = async (session: Session, userId: string): Promise<boolean> => (await session.rows(LOCK_ACCOUNT, [userId])).length > 0;

export const forgetPassword = (session: Session, userId: string): Promise<number> => session.run(FORGET_PASSWORD, [userId]);

/** What somebody did with its own account. */
export const noteOwn = (session: Session, type: EventType, userId: string, data: Readonly<Record<string, unknown>>, now: () => number): Promise<void> =>
  appendEvents(session, [userEvent(type, userId, data, { newId, now }, { actor: publicId("user", userId) })]);

export function postgresCredentials(pool: pg.Pool, now: () => number): Credentials {
  const inTenant = <T>(tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => inTransaction(pool, tenantId, work);
  return {
    takeTry: (tenantId, subjects) => inTenant(tenantId, (session) => takeTries(session, subjects.map(hashOf), now())),
    forgive: (tenantId, subjects) => inTenant(tenantId, async (session) => {
      for (const subject of subjects.toSorted((a, b) => Buffer.compare(hashOf(a), hashOf(b)))) await session.run(subject.kind === "account" ? FORGIVE_ACCOUNT : FORGIVE_ADDRESS, [hashOf(subject)]);
    }),
    findByEmail: (tenantId, email) => inTenant(tenantId, (session) => findAccount(session, { email })),
    find: (tenantId, userId) => inTenant(tenantId, (session) => findAccount(session, { userId })),
    noteFailure: (tenantId, userId, method) => inTenant(tenantId, (session) => appendEvents(session, [userEvent("SignInFailed", userId, { method }, { newId, now }, { actor: "sign-in" })])),
    signIn: (tenantId, userId, method, from) => inTenant(tenantId, async (session) => {
      if (!(await lockAccount(session, userId))) return null;
      return { ...(await openSession(session, userId, method, from, now())), tenantId, userId };
    }),
    begun: (tenantId, sessionId) => inTenant(tenantId, async (session) => {
      const [row] = await session.rows<{ method: string; created_at: Date }>(BEGUN, [sessionId]);
      return row ? { method: row.method, at: row.created_at.getTime() } : null;
    }),
    savePassword: (tenantId, userId, hash, keptSession) => inTenant(tenantId, async (session) => {
      await session.run(SAVE_PASSWORD, [userId, hash, instant(now())]);
      await endSessionsOf(session, userId, { except: keptSession });
      await noteOwn(session, "UserSecured", userId, { what: "password" }, now);
    }),
    createLink: (tenantId, userId, purpose) => inTenant(tenantId, async (session) =>
      ((await lockAccount(session, userId)) ? insertLink(session, purpose, userId, now(), LINK_TTL_MS[purpose]) : null)),
    setByLink: (tenantId, token, hash, check) => inTenant(tenantId, async (session) => {
      for (const purpose of ["invitation", "recovery"] as const) {
        const userId = await useLink(session, purpose, token, now());
        const account = userId === null ? null : await findAccount(session, { userId });
        if (account === null) continue;
        const use = { purpose, account };
        check(use);
        await session.run(SAVE_PASSWORD, [account.userId, hash, instant(now())]);
        await endSessionsOf(session, account.userId, { except: null });
        await noteOwn(session, "UserSecured", account.userId, { what: "password" }, now);
        return use;
      }
      return null;
    }),
  };
}

async function takeTries(session: Session, subjects: readonly Buffer[], at: number): Promise<number> {
  await session.run(BEGIN_TRIES, [subjects, instant(at)]);
  const rows = await session.rows<TriesDb>(LOCK_TRIES, [subjects]);
  const taken = rows.map((row) => ({ subject: row.subject, ...takeTry(readTries(row), at) }));
  for (const { subject, after } of taken) await session.run(SAVE_TRIES, [subject, after.tries, instant(after.since), after.blocks, instant(after.blockedUntil)]);
  await session.run(SWEEP, [instant(at - DAY_MS)]);
  return Math.max(0, ...taken.map(({ waitMs }) => waitMs));
}
