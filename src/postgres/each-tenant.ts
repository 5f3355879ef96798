import { withConnection } from './connect.ts';
import { ensureRuntimeRole } from './runtime-role.ts';
import { readSchemaVersion } from './schema-version.ts';
import { StartProblem } from './start-problem.ts';

/** Every tenant of a database, and the address of the role to work as. Throws StartProblem where the schema is not this program's. */
export async function findTenants(ownerUrl: string): Promise<{ readonly tenants: readonly { readonly tenantId: number; readonly code: string }[]; readonly runtimeUrl: string }> {
  return withConnection(ownerUrl, async (owner) => {
    const { program, database } = await readSchemaVersion(owner);
    if (database !== null && database > program) {
      throw new StartProblem('DATABASE_NEWER', `The database schema is at number ${database}, and this version of the program knows only ${program}.`, 'Use the newer version of the program.');
    }
    if (database !== program) {
      throw new StartProblem('DATABASE_OLDER', `The database schema is at number ${database ?? 'none'}, and this version of the program needs ${program}.`, 'Bring it up to date first: ordo migrate.');
    }
    const { rows } = await owner.query<{ tenant_id: number; code: string }>('select tenant_id, code from ordo.tenant order by tenant_id');
    return { tenants: rows.map(({ tenant_id: tenantId, code }) => ({ tenantId, code })), runtimeUrl: (await ensureRuntimeRole(owner, ownerUrl)).url };
  });
}
