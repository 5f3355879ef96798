import { createHash } from "node:crypto";
import type pg from "pg";
import { publicId } from "../domain/kernel/index.ts";
import { type Challenges, type Passkey, PASSKEYS_MOST, type Passkeys } from "../flows/passkeys.ts";
import { type Doer, userEvent } from "../flows/users.ts";
import { endSessionsOf, openSession } from "./browser-sessions.ts";
import { instant } from "./columns.ts";
import { lockAccount, noteOwn } from "./credentials.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { appendEvents } from "./events.ts";
import { newId } from "./tenants.ts";

/** Passkeys, and what browsers were asked and have not answered yet. */

const CHALLENGE_TTL_MS = 10 * 60_000;

const LIST = statement("list_passkeys", `
  select id, user_id, credential_id, public_key, counter, transports, name, created_at, last_used_at from user_passkey
  where tenant_id = (select current_tenant()) and user_id = $1 order by id`);
const FIND = statement("find_passkey", `
  select id, user_id, credential_id, public_key, counter, transports, name, created_at, last_used_at from user_passkey
  where tenant_id = (select current_tenant()) and credential_id = $1`);
const ADD = statement("add_passkey", `
  insert into user_passkey (tenant_id, id, user_id, credential_id, public_key, counter, transports, name, created_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, credential_id) do nothing`);
const RENAME = statement("rename_passkey", `update user_passkey set name = $3 where tenant_id = (select current_tenant()) and user_id = $1 and id = $2`);
const REMOVE = statement("remove_passkeys", `
  delete from user_passkey where tenant_id = (select current_tenant()) and user_id = $1 and ($2::uuid is null or id = $2) returning id`);
/** Devices that do not count say 0 each time. */
const USE = statement("use_passkey", `
  update user_passkey set counter = $3, last_used_at = $4
  where tenant_id = (select current_tenant()) and id = $1 and user_id = $2 and (counter < $3 or (counter = 0 and $3 = 0))`);
const KEEP = statement("keep_challenge", `
  insert into sign_in_challenge (tenant_id, hash, kind, user_id, kept, expires_at) values ((select current_tenant()), $1, $2, $3, $4, $5)`);
const TAKE = statement("take_challenge", `
  delete from sign_in_challenge where tenant_id = (select current_tenant()) and hash = $1 and kind = $2 and user_id is not distinct from $3::uuid returning kept, expires_at`);
const SWEEP = statement("sweep_challenges", `delete from sign_in_challenge where tenant_id = (select current_tenant()) and expires_at < $1`);

interface PasskeyDb {
  id: string; user_id: string; credential_id: Buffer; public_key: Buffer; counter: string | number; transports: string[]; name: string; created_at: Date; last_used_at: Date | null;
}

const read = (row: PasskeyDb): Passkey => ({
  id: row.id, userId: row.user_id, credentialId: row.credential_id.toString("base64url"), publicKey: new Uint8Array(row.public_key), counter: Number(row.counter), transports: row.transports,
  name: row.name, createdAt: row.created_at.getTime(), lastUsedAt: row.last_used_at?.getTime() ?? null,
});

const listOf = async (session: Session, userId: string): Promise<Passkey[]> => (await session.rows<PasskeyDb>(LIST, [userId])).map(read);

export const forgetPasskeys = (session: Session, userId: string): Promise<{ id: string }[]> => session.rows<{ id: string }>(REMOVE, [userId, null]);

export function postgresPasskeys(pool: pg.Pool, now: () => number): Passkeys {
  const inTenant = <T>(tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => inTransaction(pool, tenantId, work);
  return {
    list: (tenantId, userId) => inTenant(tenantId, (session) => listOf(session, userId)),
    findByCredential: (tenantId, credentialId) => inTenant(tenantId, async (session) => {
      const [row] = await session.rows<PasskeyDb>(FIND, [Buffer.from(credentialId, "base64url")]);
      return row ? read(row) : null;
    }),
    add: (tenantId, userId, { credentialId, publicKey, counter, transports, name }) => inTenant(tenantId, async (session) => {
      if (!(await lockAccount(session, userId)) || (await listOf(session, userId)).length >= PASSKEYS_MOST) return null;
      const id = newId();
      const added = await session.run(ADD, [id, userId, Buffer.from(credentialId, "base64url"), Buffer.from(publicKey), counter, [...transports], name, instant(now())]);
      if (added === 0) return null;
      await noteOwn(session, "UserPasskeyAdded", userId, { passkey: publicId("passkey", id) }, now);
      return { id, userId, credentialId, publicKey, counter, transports, name, createdAt: now(), lastUsedAt: null };
    }),
    rename: (tenantId, userId, id, name) => inTenant(tenantId, async (session) => {
      await session.run(RENAME, [userId, id, name]);
      return (await listOf(session, userId)).find((one) => one.id === id) ?? null;
    }),
    remove: (tenantId, userId, id, doer) => inTenant(tenantId, (session) => remove(session, userId, id, doer, now)),
    signIn: (tenantId, { id, userId }, counter, from) => inTenant(tenantId, async (session) => {
      // Whoever removes a passkey ends the sessions under the same lock, so that none begins with it afterwards.
      if (!(await lockAccount(session, userId)) || (await session.run(USE, [id, userId, counter, instant(now())])) === 0) return null;
      return { ...(await openSession(session, userId, "passkey", from, now())), tenantId, userId };
    }),
  };
}

async function remove(session: Session, userId: string, id: string | null, doer: Doer, now: () => number): Promise<number> {
  await lockAccount(session, userId);
  const gone = await session.rows<{ id: string }>(REMOVE, [userId, id]);
  if (gone.length === 0) return 0;
  await endSessionsOf(session, userId, { except: doer.sessionId });
  await appendEvents(session, gone.map((one) => userEvent("UserPasskeyRemoved", userId, { passkey: publicId("passkey", one.id) }, { newId, now }, doer)));
  return gone.length;
}

const hashOf = (secret: string): Buffer => createHash("sha256").update(`ordo challenge:${secret}`).digest();

export const postgresChallenges = (pool: pg.Pool, now: () => number): Challenges => ({
  keep: (tenantId, secret, { kind, userId, kept }) => inTransaction(pool, tenantId, async (session) => {
    await session.run(SWEEP, [instant(now())]);
    await session.run(KEEP, [hashOf(secret), kind, userId, JSON.stringify(kept), instant(now() + CHALLENGE_TTL_MS)]);
  }),
  take: (tenantId, secret, kind, userId) => inTransaction(pool, tenantId, async (session) => {
    const [row] = await session.rows<{ kept: Record<string, string>; expires_at: Date }>(TAKE, [hashOf(secret), kind, userId]);
    return row !== undefined && row.expires_at.getTime() > now() ? row.kept : null;
  }),
});
