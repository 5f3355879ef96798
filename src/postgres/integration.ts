import type pg from "pg";
import type { Integration } from "../flows/integration.ts";
import { inTransaction, isUnavailable, OutcomeUnknown, type Session, sqlState, statement } from "./database.ts";
import { postgresFailedWork } from "./failed-work.ts";
import { forgetOldAnswers } from "./idempotency.ts";
import { postgresLeases } from "./leases.ts";
import { postgresOutbox } from "./outbox.ts";
import { forgetOldTraces } from "./traces.ts";
import { postgresWebhooks } from "./webhooks.ts";

const TENANTS = statement("list_tenants", `select list_tenants() as tenant_id`);
/** One process at a time, as in prepare.ts. */
const PREPARE = statement("prepare_decision_partitions", `
  with alone as materialized (select pg_advisory_xact_lock(7226539178201340918)) select prepare_decision_partitions() from alone`);

/** Of no tenant: such a session sees no tenant's row. */
const NO_TENANT = 0;

/** Everything that follows a commit, on PostgreSQL. */
export function postgresIntegration(pool: pg.Pool): Integration {
  const withoutTenant = <T>(work: (session: Session) => Promise<T>): Promise<T> => inTransaction(pool, NO_TENANT, work);
  return {
    leases: postgresLeases(pool), outbox: postgresOutbox(pool), failedWork: postgresFailedWork(pool), webhooks: postgresWebhooks(pool),
    tenants: () => withoutTenant(async (session) => (await session.rows<{ tenant_id: number }>(TENANTS, [])).map((row) => row.tenant_id)),
    forgetAnswers: (tenantId, limit) => inTransaction(pool, tenantId, (session) => forgetOldAnswers(session, limit)),
    forgetTraces: (tenantId, limit) => inTransaction(pool, tenantId, (session) => forgetOldTraces(session, limit)),
    prepareDecisionPartitions: () => withoutTenant(async (session) => void (await session.rows(PREPARE, []))),
    isPassing: (error) => error instanceof OutcomeUnknown || isUnavailable(error) || isContention(error),
  };
}

/** Deadlock, serialization, lock time-out, cancelled statement, ended because idle too long: the same work succeeds a moment later. */
const isContention = (error: unknown): boolean => ["40001", "40P01", "55P03", "57014", "25P03"].includes(sqlState(error) ?? "");
