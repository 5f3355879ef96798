import type pg from "pg";
import type { Lease, Leases } from "../flows/integration.ts";
import { inTransaction, type Session, statement } from "./database.ts";

/** Each is one statement, and only the database's clock counts: two processes cannot both think that they hold a lease. */
const ACQUIRE = statement("acquire_lease", `
  insert into lease as l (tenant_id, name, holder, fence, expires_at)
  values (current_tenant(), $1, $2, 1, clock_timestamp() + make_interval(secs => $3))
  on conflict (tenant_id, name) do update set holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
  where l.expires_at <= clock_timestamp()
  returning fence`);
/** Looked at before it is tried: the attempt locks the row, and the holder's renewal would wait behind it. */
const IS_HELD = statement("lease_is_held", `
  select from lease where tenant_id = current_tenant() and name = $1 and expires_at > clock_timestamp()`);
const RENEW = statement("renew_lease", `
  update lease set expires_at = clock_timestamp() + make_interval(secs => $4)
  where tenant_id = current_tenant() and name = $1 and holder = $2 and fence = $3 and expires_at > clock_timestamp()`);
const RELEASE = statement("release_lease", `
  update lease set expires_at = clock_timestamp() where tenant_id = current_tenant() and name = $1 and holder = $2 and fence = $3`);

/** Held until the transaction ends, so that nobody takes the work over in the middle of a write. */
const FENCED = statement("check_lease", `
  select from lease where tenant_id = (select current_tenant()) and name = $1 and fence = $2 and expires_at > clock_timestamp() for share`);

/** Whether the lease is still its holder's; nobody else has it before this transaction ends. */
export const isFenced = async (session: Session, { name, fence }: Lease): Promise<boolean> => (await session.rows(FENCED, [name, fence])).length > 0;

export function postgresLeases(pool: pg.Pool): Leases {
  return {
    acquire: (tenantId, name, holder, ttlMs) => inTransaction(pool, tenantId, async (session): Promise<Lease | null> => {
      if ((await session.rows(IS_HELD, [name])).length > 0) return null;
      const [row] = await session.rows<{ fence: number }>(ACQUIRE, [name, holder, ttlMs / 1000]);
      return row ? { tenantId, name, holder, fence: row.fence } : null;
    }),
    renew: ({ tenantId, name, holder, fence }, ttlMs) => inTransaction(pool, tenantId, async (session) => (await session.run(RENEW, [name, holder, fence, ttlMs / 1000])) > 0),
    release: ({ tenantId, name, holder, fence }) => inTransaction(pool, tenantId, async (session) => void (await session.run(RELEASE, [name, holder, fence]))),
  };
}
