import { createHash } from "node:crypto";
import type pg from "pg";
import type { SecondFactors } from "../flows/second-factors.ts";
import { endSessionsOf, insertLink, tryTicket, useLink } from "./browser-sessions.ts";
import { instant } from "./columns.ts";
import { noteOwn } from "./credentials.ts";
import { inTransaction, type Session, statement } from "./database.ts";

/** Authenticator apps and recovery codes. */

const TICKET_TTL_MS = 5 * 60_000;
const TRIES_PER_TICKET = 5;

const FIND = statement("find_totp", `select secret, confirmed_at from user_totp where tenant_id = (select current_tenant()) and user_id = $1`);
const PROPOSE = statement("propose_totp", `
  insert into user_totp (tenant_id, user_id, secret) values ((select current_tenant()), $1, $2)
  on conflict (tenant_id, user_id) do update set secret = excluded.secret where user_totp.confirmed_at is null`);
const CONFIRM = statement("confirm_totp", `
  update user_totp set confirmed_at = $2, last_step = $3 where tenant_id = (select current_tenant()) and user_id = $1 and confirmed_at is null`);
const REMOVE = statement("remove_totp", `delete from user_totp where tenant_id = (select current_tenant()) and user_id = $1`);
/** A code counts once: nobody who saw it typed can use it again. */
const STEP = statement("use_totp_step", `
  update user_totp set last_step = $2 where tenant_id = (select current_tenant()) and user_id = $1 and confirmed_at is not null and last_step < $2`);
const ADD_CODES = statement("add_recovery_codes", `
  insert into user_recovery_code (tenant_id, user_id, hash) select (select current_tenant()), $1, h from unnest($2::bytea[]) as h`);
const USE_CODE = statement("use_recovery_code", `delete from user_recovery_code where tenant_id = (select current_tenant()) and user_id = $1 and hash = $2`);
const REMOVE_CODES = statement("remove_recovery_codes", `delete from user_recovery_code where tenant_id = (select current_tenant()) and user_id = $1`);

const hashOf = (code: string): Buffer => createHash("sha256").update(`ordo recovery code:${code}`).digest();

export async function forgetSecondFactor(session: Session, userId: string): Promise<void> {
  await session.run(REMOVE, [userId]);
  await session.run(REMOVE_CODES, [userId]);
}

/** Whoever is told no uses nothing up: what one of two proofs took is given back. */
class NotProved extends Error {}

export function postgresSecondFactors(pool: pg.Pool, now: () => number): SecondFactors {
  const inTenant = <T>(tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => inTransaction(pool, tenantId, work);
  const find = async (session: Session, userId: string): Promise<{ secret: string; confirmed: boolean } | null> => {
    const [row] = await session.rows<{ secret: string; confirmed_at: Date | null }>(FIND, [userId]);
    return row ? { secret: row.secret, confirmed: row.confirmed_at !== null } : null;
  };
  return {
    isOn: (tenantId, userId) => inTenant(tenantId, async (session) => (await find(session, userId))?.confirmed ?? false),
    find: (tenantId, userId) => inTenant(tenantId, (session) => find(session, userId)),
    propose: (tenantId, userId, secret) => inTenant(tenantId, async (session) => (await session.run(PROPOSE, [userId, secret])) > 0),
    confirm: (tenantId, userId, step, codes, kept) => inTenant(tenantId, async (session) => {
      if ((await session.run(CONFIRM, [userId, instant(now()), step])) === 0) return false;
      await session.run(REMOVE_CODES, [userId]);
      await session.run(ADD_CODES, [userId, codes.map(hashOf)]);
      await changed(session, userId, kept, now);
      return true;
    }),
    remove: (tenantId, userId, kept) => inTenant(tenantId, async (session) => {
      await forgetSecondFactor(session, userId);
      await changed(session, userId, kept, now);
    }),
    ticketFor: (tenantId, userId) => inTenant(tenantId, async (session) =>
      ((await find(session, userId))?.confirmed === true ? insertLink(session, "second_factor", userId, now(), TICKET_TTL_MS) : null)),
    holderOf: (tenantId, ticket) => inTenant(tenantId, (session) => tryTicket(session, ticket, now(), TRIES_PER_TICKET)),
    prove: (tenantId, ticket, userId, by) => inTenant(tenantId, async (session) => {
      const used = "step" in by ? await session.run(STEP, [userId, by.step]) : await session.run(USE_CODE, [userId, hashOf(by.recovery)]);
      if (used === 0 || (await useLink(session, "second_factor", ticket, now())) !== userId) throw new NotProved("used before");
      return true;
    }).catch((error: unknown) => {
      if (error instanceof NotProved) return false;
      throw error;
    }),
  };
}

async function changed(session: Session, userId: string, kept: string, now: () => number): Promise<void> {
  await endSessionsOf(session, userId, { except: kept });
  await noteOwn(session, "UserSecured", userId, { what: "totp" }, now);
}
