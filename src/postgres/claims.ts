import type { ClaimedPromise, ClaimLine, SoftClaim } from "../domain/inventory/index.ts";
import { columns, instant, json } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const LOCK = statement("lock_claims", `
  select id, status, reference, created_at, expires_at, promise from soft_claim where tenant_id = (select current_tenant()) and id = any($1::uuid[]) order by id for update`);
const READ = statement("read_claims", `
  select id, status, reference, created_at, expires_at, promise from soft_claim where tenant_id = (select current_tenant()) and id = any($1::uuid[])`);
const OPEN = statement("open_claims", `
  select id, status, reference, created_at, expires_at, promise from soft_claim
  where tenant_id = (select current_tenant()) and status = 'open' and (expires_at, id) > ($1, $2::uuid) order by expires_at, id limit $3`);
const LOAD_LINES = statement("load_claim_lines", `
  select claim_id, item_id, nullif(node_id, '00000000-0000-0000-0000-000000000000') as node_id, quantity from soft_claim_line
  where tenant_id = (select current_tenant()) and claim_id = any($1::uuid[]) order by claim_id, item_id, node_id`);
const SAVE = statement("save_claims", `
  insert into soft_claim (tenant_id, id, status, reference, created_at, expires_at, promise)
  select (select current_tenant()), id, status, reference, created_at, expires_at, promise
  from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[]) as c (id, status, reference, created_at, expires_at, promise)
  on conflict (tenant_id, id) do update set status = excluded.status, expires_at = excluded.expires_at`);
const SAVE_LINES = statement("save_claim_lines", `
  insert into soft_claim_line (tenant_id, claim_id, item_id, node_id, quantity)
  select (select current_tenant()), claim_id, item_id, coalesce(node_id, '00000000-0000-0000-0000-000000000000'), quantity
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) as l (claim_id, item_id, node_id, quantity)
  on conflict do nothing`);
const FIND_DUE = statement("find_due_claims", `
  select id from soft_claim where tenant_id = (select current_tenant()) and status = 'open' and expires_at <= $1 order by expires_at limit $2`);

const START = "00000000-0000-0000-0000-000000000000";

interface ClaimDb { id: string; status: SoftClaim["status"]; reference: string | null; created_at: Date; expires_at: Date; promise: ClaimedPromise | null }
interface LineDb { claim_id: string; item_id: string; node_id: string | null; quantity: number }

export const lockClaims = async (session: Session, ids: readonly string[]): Promise<readonly SoftClaim[]> => withLines(session, await session.rows<ClaimDb>(LOCK, [ids]));

/** Claims by id; none is locked. */
export const readClaims = async (session: Session, ids: readonly string[]): Promise<readonly SoftClaim[]> => withLines(session, await session.rows<ClaimDb>(READ, [ids]));

/** Claims that are open, by the time at which they run out; the page after the given one. None is locked. */
export const readOpenClaims = async (session: Session, after: Pick<SoftClaim, "expiresAt" | "id"> | null, limit: number): Promise<readonly SoftClaim[]> =>
  withLines(session, await session.rows<ClaimDb>(OPEN, [after === null ? "-infinity" : instant(after.expiresAt), after?.id ?? START, limit]));

async function withLines(session: Session, claims: readonly ClaimDb[]): Promise<readonly SoftClaim[]> {
  const rows = claims.length === 0 ? [] : await session.rows<LineDb>(LOAD_LINES, [claims.map(({ id }) => id)]);
  const lines = new Map(claims.map(({ id }): [string, ClaimLine[]] => [id, []]));
  for (const row of rows) lines.get(row.claim_id)?.push({ itemId: row.item_id, nodeId: row.node_id, quantity: row.quantity });
  return claims.map((claim) => ({
    id: claim.id, status: claim.status, reference: claim.reference, createdAt: claim.created_at.getTime(), expiresAt: claim.expires_at.getTime(), ...(claim.promise === null ? {} : { promise: claim.promise }),
    lines: lines.get(claim.id) ?? [],
  }));
}

export async function saveClaims(session: Session, claims: readonly SoftClaim[]): Promise<void> {
  if (claims.length === 0) return;
  await session.run(SAVE, columns(claims, [(c) => c.id, (c) => c.status, (c) => c.reference, (c) => instant(c.createdAt), (c) => instant(c.expiresAt), (c) => (c.promise ? json(c.promise) : null)]));
  const lines = claims.flatMap((claim) => claim.lines.map((line) => ({ ...line, claimId: claim.id })));
  await session.run(SAVE_LINES, columns(lines, [(l) => l.claimId, (l) => l.itemId, (l) => l.nodeId, (l) => l.quantity]));
}

export async function findDueClaims(session: Session, now: number, limit: number): Promise<readonly string[]> {
  return (await session.rows<{ id: string }>(FIND_DUE, [instant(now), limit])).map((row) => row.id);
}
