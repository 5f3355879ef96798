import type pg from "pg";
import { type By, publicId } from "../domain/kernel/index.ts";
import type { DiscardedDraft, Draft, DraftDocument, DraftStore } from "../flows/draft-types.ts";
import { instant, json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { appendEvents } from "./events.ts";
import { newId } from "./tenants.ts";

/** Whose a draft is: of who was merged, the one that has all of it now; of who was erased, nobody. Whoever merges or erases waits, or is waited for. */
const LIVING = statement("living_customer", `
  select s.id from (select coalesce(c.merged_into, c.id) as id from customer c where c.tenant_id = (select current_tenant()) and c.id = $1 offset 0) c
    cross join lateral (select s.id from customer s where s.tenant_id = (select current_tenant()) and s.id = c.id and s.merged_into is null and s.erased_at is null for share offset 0) s`);
const CREATE = statement("create_order_draft", `
  insert into order_draft (tenant_id, id, owner, customer_id, document, version, created_at, updated_at)
  select (select current_tenant()), $1, $2, $3, $4, $5, $6, $7`);
const FIND = statement("find_order_draft", `
  select id, owner, customer_id, document, version, created_at, updated_at, order_id from order_draft where tenant_id = (select current_tenant()) and id = $1`);
const LIST = statement("list_order_drafts", `
  select id, owner, customer_id, document, version, created_at, updated_at, order_id from order_draft
  where tenant_id = (select current_tenant()) and (updated_at, id) < ($2::timestamptz, $3::uuid) and document is not null and ($1::text is null or owner = $1)
  order by updated_at desc, id desc limit $4`);
const SAVE = statement("save_order_draft", `
  update order_draft set customer_id = $3, document = $4, version = $5, updated_at = $6
  where tenant_id = (select current_tenant()) and id = $1 and version = $2 and document is not null`);
const REMOVE = statement("remove_order_draft", `
  delete from order_draft where tenant_id = (select current_tenant()) and id = $1 and document is not null returning id, owner, updated_at, document #>> '{promise,claim}' as claim`);
/** One that somebody is changing, placing or erasing just now is left to them; whoever waits for these waits for nobody who waits for them. */
const LOCK_OLD = statement("lock_old_order_drafts", `
  select id from order_draft where tenant_id = (select current_tenant()) and updated_at <= $1 and document is not null order by updated_at, id limit $2 for update skip locked`);
const DISCARD = statement("discard_order_drafts", `
  delete from order_draft where tenant_id = (select current_tenant()) and id = any($1::uuid[])
  returning id, owner, updated_at, document #>> '{promise,claim}' as claim`);
const PLACED = statement("place_order_draft", `
  update order_draft set document = null, order_id = $2, updated_at = $3 where tenant_id = (select current_tenant()) and id = $1 and document is not null`);

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

interface DraftDb { id: string; owner: string; customer_id: string | null; document: DraftDocument | null; version: number; created_at: Date; updated_at: Date; order_id: string | null }
const read = (row: DraftDb): Draft => ({
  id: row.id, owner: row.owner, customerId: row.customer_id, document: row.document, version: row.version, createdAt: row.created_at.getTime(), updatedAt: row.updated_at.getTime(), orderId: row.order_id,
});

interface GoneDb { id: string; owner: string; updated_at: Date; claim: string | null }

async function discarded(session: Session, rows: readonly GoneDb[], { actor, origin, now, reason }: By & { readonly now: number; readonly reason: string | null }): Promise<readonly DiscardedDraft[]> {
  await appendEvents(session, rows.map(({ id, owner, updated_at: changed }) => ({
    id: newId(), type: "OrderDraftDiscarded", orderId: null, occurredAt: now, actor, reason, data: { draft: publicId("draft", id), owner, changed_at: changed.toISOString() }, origin,
  })));
  return rows.map(({ id, claim }) => ({ id, claim }));
}

const livingOf = async (session: Session, customerId: string | null): Promise<string | null> => (customerId === null ? null : (await session.rows<{ id: string }>(LIVING, [customerId]))[0]?.id ?? null);

/** Orders that people are taking down. */
export const postgresDrafts = (pool: pg.Pool): DraftStore => ({
  create: (tenantId, draft) => inTransaction(pool, tenantId, async (session) => void (await session.run(CREATE, [
    draft.id, draft.owner, await livingOf(session, draft.customerId), json(draft.document), draft.version, instant(draft.createdAt), instant(draft.updatedAt),
  ]))),
  find: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
    const [row] = await session.rows<DraftDb>(FIND, [id]);
    return row ? read(row) : null;
  }),
  list: (tenantId, { owner, after, limit }) => inTransaction(pool, tenantId, async (session) => {
    const rows = await session.rows<DraftDb>(LIST, [owner, after === null ? "infinity" : new Date(Number(after[0])).toISOString(), after?.[1] ?? LAST_ID, limit + 1]);
    const shown = rows.slice(0, limit).map(read);
    const last = shown.at(-1);
    return { rows: shown, next: rows.length > limit && last !== undefined ? [String(last.updatedAt), last.id] : null };
  }),
  save: (tenantId, draft, expected) => inTransaction(pool, tenantId, async (session) =>
    (await session.run(SAVE, [draft.id, expected, await livingOf(session, draft.customerId), json(draft.document), draft.version, instant(draft.updatedAt)])) === 1),
  remove: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => (await discarded(session, await session.rows<GoneDb>(REMOVE, [id]), { ...by, reason: null })).length === 1),
  discard: (tenantId, changedUntil, limit, by) => inTransaction(pool, tenantId, async (session) => {
    const old = await session.rows<{ id: string }>(LOCK_OLD, [instant(changedUntil), limit]);
    return old.length === 0 ? [] : discarded(session, await session.rows<GoneDb>(DISCARD, [old.map(({ id }) => id)]), by);
  }),
  placed: (tenantId, { id, owner }, order, { actor, origin, now, discountMinor }) => inTransaction(pool, tenantId, async (session) => {
    if ((await session.run(PLACED, [id, order, instant(now)])) === 0) return;
    await appendEvents(session, [{ id: newId(), type: "OrderDraftPlaced", orderId: order, occurredAt: now, actor, reason: null, data: { draft: publicId("draft", id), owner, discount_minor: discountMinor }, origin }]);
  }),
});
