import type pg from 'pg';
import { withConnection } from './connect.ts';
import { assertRuntimeRole, migrate } from './migrate.ts';
import { ensureTenant } from './tenants.ts';

export interface PreparedDatabase {
  readonly runtimeUrl: string;
  /** Names of the migrations that were missing. */
  readonly applied: readonly string[];
  /** The tenant that a start works for. */
  readonly tenantId: number;
}

/** Brings the schema up to date, asserts that the runtime role is powerless, and makes what an empty system needs. */
export async function prepareDatabase(ownerUrl: string, log: (line: string) => void): Promise<PreparedDatabase> {
  const { runtimeUrl, applied } = await migrate(ownerUrl, { log });
  await assertRuntimeRole(runtimeUrl);
  const tenantId = await withConnection(ownerUrl, async (owner) => {
    await preparePartitions(owner);
    return ensureTenant(owner, 'main', 'Main');
  });
  return { runtimeUrl, applied, tenantId };
}

/** One at a time: of two that make the same table at once, one fails. */
const PREPARE_PARTITIONS = `
  with alone as materialized (select pg_advisory_xact_lock(7226539178201340918)) select ordo.prepare_decision_partitions() from alone`;

export const preparePartitions = async (owner: pg.Client): Promise<void> => void (await owner.query(PREPARE_PARTITIONS));
