import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import { type Principal, type Scope, SCOPES, SESSION_SCOPES, type Sessions } from "../flows/access.ts";
import { inTransaction, statement } from "./database.ts";

/** Signing a browser in without a password: a link works once and soon, the session it opens may only read. */

const LINK_TTL_MS = 15 * 60_000;
const SESSION_TTL_MS = 12 * 3600_000;

const FIND = statement("find_browser_token", `select tenant_id, kind, scopes, expires_at, used_at from find_browser_token($1)`);
const INSERT = statement("insert_browser_token", `
  insert into browser_token (tenant_id, hash, kind, scopes, expires_at) values ((select current_tenant()), $1, $2, $3, $4)`);
const USE = statement("use_sign_in_link", `
  update browser_token set used_at = now() where tenant_id = (select current_tenant()) and hash = $1 and kind = 'sign_in_link' and used_at is null returning scopes`);
const SWEEP = statement("sweep_browser_tokens", `delete from browser_token where tenant_id = (select current_tenant()) and expires_at < now() - interval '1 day'`);

const makeToken = (): string => randomBytes(32).toString("base64url");
const hashOf = (token: string): Buffer => createHash("sha256").update(`ordo browser token:${token}`).digest();

interface TokenDb { tenant_id: number; kind: string; scopes: string[]; expires_at: Date; used_at: Date | null }

const find = async (pool: pg.Pool, token: string): Promise<TokenDb | undefined> =>
  (await pool.query<TokenDb>({ name: FIND.name, text: FIND.text, values: [hashOf(token)] })).rows[0];

/** The token of a new sign-in link; the link is /sign-in?token=… */
export const createSignInToken = (pool: pg.Pool, tenantId: number, now: number): Promise<string> =>
  inTransaction(pool, tenantId, async (session) => {
    const token = makeToken();
    await session.run(SWEEP, []);
    await session.run(INSERT, [hashOf(token), "sign_in_link", [...SESSION_SCOPES], new Date(now + LINK_TTL_MS)]);
    return token;
  });

export const postgresSessions = (pool: pg.Pool, now: () => number): Sessions => ({
  async createLink(tenantId) {
    const at = now();
    return { token: await createSignInToken(pool, tenantId, at), expiresAt: at + LINK_TTL_MS };
  },
  async open(linkToken) {
    const link = await find(pool, linkToken);
    if (link?.kind !== "sign_in_link" || link.used_at !== null || link.expires_at.getTime() <= now()) return null;
    return inTransaction(pool, link.tenant_id, async (session) => {
      // Whoever marks the link opens the session; a second use at the same moment finds it marked.
      const [used] = await session.rows<{ scopes: string[] }>(USE, [hashOf(linkToken)]);
      if (!used) return null;
      const token = makeToken();
      const expiresAt = now() + SESSION_TTL_MS;
      await session.run(INSERT, [hashOf(token), "session", used.scopes, new Date(expiresAt)]);
      return { token, expiresAt };
    });
  },
  async find(sessionToken): Promise<Principal | null> {
    const found = await find(pool, sessionToken);
    if (found?.kind !== "session" || found.expires_at.getTime() <= now()) return null;
    return { tenantId: found.tenant_id, keyId: null, userId: null, name: "browser session", scopes: found.scopes.filter((text): text is Scope => SCOPES.some((scope) => scope === text)) };
  },
});
