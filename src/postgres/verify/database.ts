import { openPool } from '../database.ts';
import { findTenants } from '../each-tenant.ts';
import { type Verification, verifyTenant, type VerifyOptions } from './index.ts';

export interface TenantVerification {
  readonly tenant: string;
  readonly verification: Verification;
}

/** Verifies every tenant of a database, working as the runtime role. Throws StartProblem where the schema is not this program's. */
export async function verifyDatabase(ownerUrl: string, options: VerifyOptions): Promise<TenantVerification[]> {
  const { tenants, runtimeUrl } = await findTenants(ownerUrl);
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: 'custom', applicationName: 'ordo verify' });
  try {
    const found: TenantVerification[] = [];
    for (const { tenantId, code } of tenants) found.push({ tenant: code, verification: await verifyTenant(pool, tenantId, options) });
    return found;
  } finally {
    await pool.end();
  }
}
