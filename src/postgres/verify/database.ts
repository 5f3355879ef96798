import { withConnection } from '../connect.ts';
import { openPool } from '../database.ts';
import { ensureRuntimeRole } from '../runtime-role.ts';
import { readSchemaVersion } from '../schema-version.ts';
import { StartProblem } from '../start-problem.ts';
import { type Verification, verifyTenant, type VerifyOptions } from './index.ts';

export interface TenantVerification {
  readonly tenant: string;
  readonly verification: Verification;
}

/** Verifies every tenant of a database, working as the runtime role. Throws StartProblem where the schema is not this program's. */
export async function verifyDatabase(ownerUrl: string, options: VerifyOptions): Promise<TenantVerification[]> {
  const { tenants, runtimeUrl } = await withConnection(ownerUrl, async (owner) => {
    const { program, database } = await readSchemaVersion(owner);
    if (database !== null && database > program) {
      throw new StartProblem('DATABASE_NEWER', `The database schema is at number ${database}, and this version of the program knows only ${program}.`, 'Use the newer version of the program.');
    }
    if (database !== program) {
      throw new StartProblem('DATABASE_OLDER', `The database schema is at number ${database ?? 'none'}, and this version of the program needs ${program}.`, 'Bring it up to date first: ordo migrate.');
    }
    const { rows } = await owner.query<{ tenant_id: number; code: string }>('select tenant_id, code from ordo.tenant order by tenant_id');
    return { tenants: rows, runtimeUrl: (await ensureRuntimeRole(owner, ownerUrl)).url };
  });
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: 'custom', applicationName: 'ordo verify' });
  try {
    const found: TenantVerification[] = [];
    for (const { tenant_id: tenantId, code } of tenants) found.push({ tenant: code, verification: await verifyTenant(pool, tenantId, options) });
    return found;
  } finally {
    await pool.end();
  }
}
