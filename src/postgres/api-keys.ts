import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type pg from "pg";
import { type ApiKeys, type ApiKeyView, type NewApiKey, type Principal, type Scope, SCOPES } from "../flows/access.ts";
import { publicId } from "../domain/kernel/index.ts";
import { instant } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { recordChange } from "./events.ts";
import { newId } from "./tenants.ts";

/** API keys: only their hash is kept. A key is found by an index that says nothing about it, then compared in constant time. */

const PREFIX = "ordo_live_";
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LETTERS = 32;
const CHECK_LETTERS = 6;

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
/** Under which a key is found; works for any text, so a bootstrap key may be anything. */
const lookupOf = (key: string): Buffer => sha256(`ordo key id:${key}`).subarray(0, 16);
const hashOf = (key: string): Buffer => sha256(`ordo key:${key}`);

/** Letters without bias: bytes beyond the last whole multiple of 62 are thrown away. */
function randomLetters(count: number): string {
  let text = "";
  while (text.length < count) {
    for (const byte of randomBytes(count)) if (byte < 248 && text.length < count) text += LETTERS.charAt(byte % 62);
  }
  return text;
}

function checkLetters(body: string): string {
  const digest = sha256(`ordo key checksum:${body}`);
  return Array.from({ length: CHECK_LETTERS }, (_, index) => LETTERS.charAt((digest[index] ?? 0) % 62)).join("");
}

/** ordo_live_, 32 random letters (190 bits), 6 letters by which scanners and typing errors are told from keys. */
export function makeKey(): string {
  const body = PREFIX + randomLetters(RANDOM_LETTERS);
  return body + checkLetters(body);
}

/** False for what looks like one of our keys and cannot be one: no database is asked about it. */
export function maybeKey(key: string): boolean {
  if (!key.startsWith(PREFIX)) return true;
  const body = key.slice(0, -CHECK_LETTERS);
  return key.length !== PREFIX.length + RANDOM_LETTERS + CHECK_LETTERS || checkLetters(body) === key.slice(-CHECK_LETTERS);
}

const FIND = statement("find_api_key", `select tenant_id, id, name, hash, scopes, expires_at, revoked_at from find_api_key($1)`);
const TOUCH = statement("touch_api_key", `
  update api_key set last_used_at = now() where tenant_id = (select current_tenant()) and id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`);
const INSERT = statement("insert_api_key", `
  insert into api_key (tenant_id, id, name, lookup, hash, hint, scopes, expires_at, rotated_from) values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (lookup) do nothing returning id, name, hint, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from`);
const LIST = statement("list_api_keys", `
  select id, name, hint, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from from api_key where tenant_id = (select current_tenant()) order by id desc limit 1000`);
const REVOKE = statement("revoke_api_key", `
  update api_key set revoked_at = coalesce(revoked_at, now()) where tenant_id = (select current_tenant()) and id = $1
  returning id, name, hint, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from`);
const SHORTEN = statement("shorten_api_key", `
  update api_key set expires_at = least(coalesce(expires_at, 'infinity'), $2::timestamptz) where tenant_id = (select current_tenant()) and id = $1
    and revoked_at is null and (expires_at is null or expires_at > now())
  returning id, name, hint, scopes, created_at, expires_at, revoked_at, last_used_at, rotated_from`);
const EXPIRY = statement("api_key_expiry", `select expires_at from api_key where tenant_id = (select current_tenant()) and id = $1 for update`);
const END_OTHERS = statement("end_other_bootstrap_keys", `
  update api_key set revoked_at = now() where tenant_id = (select current_tenant()) and name = $1 and lookup <> $2 and revoked_at is null`);
const FIND_BY_LOOKUP = statement("api_key_by_lookup", `select from api_key where tenant_id = (select current_tenant()) and lookup = $1`);

interface KeyDb {
  id: string; name: string; hint: string; scopes: string[]; created_at: Date; expires_at: Date | null; revoked_at: Date | null; last_used_at: Date | null; rotated_from: string | null;
}

const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

const read = (row: KeyDb): ApiKeyView => ({
  id: row.id, name: row.name, hint: row.hint, scopes: row.scopes.filter(isScope), createdAt: row.created_at.getTime(), expiresAt: row.expires_at?.getTime() ?? null,
  revokedAt: row.revoked_at?.getTime() ?? null, lastUsedAt: row.last_used_at?.getTime() ?? null, rotatedFrom: row.rotated_from,
});

/** Who presents a key, or null: unknown, revoked and expired look the same. Asks the database every time. */
export async function findPrincipal(pool: pg.Pool, key: string, now: number): Promise<Principal | null> {
  if (!maybeKey(key)) return null;
  const { rows: [row] } = await pool.query<KeyDb & { tenant_id: number; hash: Buffer }>({ name: FIND.name, text: FIND.text, values: [lookupOf(key)] });
  if (!row || !timingSafeEqual(row.hash, hashOf(key))) return null;
  if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at.getTime() <= now)) return null;
  return { tenantId: row.tenant_id, keyId: publicId("key", row.id), userId: null, sessionId: null, places: null, name: row.name, scopes: row.scopes.filter(isScope) };
}

/** Notes that a key is in use, at most once a minute. */
export const touchKey = async (pool: pg.Pool, { tenantId, keyId }: Principal): Promise<void> => {
  if (keyId !== null) await inTransaction(pool, tenantId, (session) => session.run(TOUCH, [keyId.slice("key_".length)]));
};

const hintOf = (key: string): string => `${key.startsWith(PREFIX) ? key.slice(0, PREFIX.length + 4) : "…"}…${key.slice(-4)}`;

async function insert(session: Session, key: string, { name, scopes, expiresAt }: NewApiKey, rotatedFrom: string | null): Promise<ApiKeyView | null> {
  const [row] = await session.rows<KeyDb>(INSERT, [newId(), name, lookupOf(key), hashOf(key), hintOf(key), [...scopes], instant(expiresAt), rotatedFrom]);
  return row ? read(row) : null;
}

async function insertNew(session: Session, wanted: NewApiKey, rotatedFrom: string | null): Promise<{ key: string; view: ApiKeyView }> {
  const key = makeKey();
  const view = await insert(session, key, wanted, rotatedFrom);
  if (!view) throw new Error("a new key met one that exists");
  return { key, view };
}

const told = ({ id, scopes, expiresAt }: ApiKeyView): Readonly<Record<string, unknown>> => ({ key: publicId("key", id), scopes, expires_at: instant(expiresAt) });

export const postgresApiKeys = (pool: pg.Pool): ApiKeys => ({
  create: (tenantId, wanted, by) => inTransaction(pool, tenantId, async (session) => {
    const made = await insertNew(session, wanted, null);
    await recordChange(session, by, "ApiKeySaved", told(made.view));
    return made;
  }),
  list: (tenantId) => inTransaction(pool, tenantId, async (session) => (await session.rows<KeyDb>(LIST, [])).map(read)),
  revoke: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => {
    const [row] = await session.rows<KeyDb>(REVOKE, [id]);
    if (row) await recordChange(session, by, "ApiKeyRevoked", { key: publicId("key", id) });
    return row ? read(row) : null;
  }),
  rotate: (tenantId, id, oldExpiresAt, by) => inTransaction(pool, tenantId, async (session) => {
    const [before] = await session.rows<{ expires_at: Date | null }>(EXPIRY, [id]);
    const [row] = await session.rows<KeyDb>(SHORTEN, [id, instant(oldExpiresAt)]);
    if (!row) return null;
    const replaced = read(row);
    const made = await insertNew(session, { name: replaced.name, scopes: replaced.scopes, expiresAt: before?.expires_at?.getTime() ?? null }, id);
    await recordChange(session, by, "ApiKeySaved", { ...told(made.view), replaces: publicId("key", id), replaced_until: instant(replaced.expiresAt) });
    return { ...made, replaced };
  }),
});

const BOOTSTRAP = "bootstrap";

/**
 * Makes the administrator's key that the operator set, where it is not there yet, and ends the ones set before it. A key
 * that was revoked stays revoked. Any text will do; the caller checks its length.
 */
export const ensureBootstrapKey = (pool: pg.Pool, tenantId: number, key: string): Promise<void> =>
  inTransaction(pool, tenantId, async (session) => {
    await session.run(END_OTHERS, [BOOTSTRAP, lookupOf(key)]);
    if ((await session.rows(FIND_BY_LOOKUP, [lookupOf(key)])).length === 0) await insert(session, key, { name: BOOTSTRAP, scopes: ["admin"], expiresAt: null }, null);
  });
