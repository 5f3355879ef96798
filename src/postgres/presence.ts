import type pg from "pg";
import { publicId } from "../domain/kernel/index.ts";
import { PRESENT_MS, type Presences } from "../flows/presence.ts";
import { instant } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";

const LOOK = statement("look_at_order", `
  insert into presence as p (tenant_id, order_id, user_id, editing, since, expires_at) select o.tenant_id, o.id, $2, $3, $4, $5 from sales_order o where o.tenant_id = (select current_tenant()) and o.id = $1
  on conflict (tenant_id, order_id, user_id) do update set editing = excluded.editing, expires_at = excluded.expires_at, since = case when p.expires_at < excluded.since then excluded.since else p.since end`);
/** Everybody tidies up after themselves, so there is never more than what people look at, and what they looked at last. */
const TIDY = statement("tidy_presence", `delete from presence where tenant_id = (select current_tenant()) and user_id = $1 and expires_at < $2`);
const OTHERS = statement("find_present", `
  select p.user_id, u.name, p.editing, p.since from presence p join app_user u on u.tenant_id = p.tenant_id and u.id = p.user_id
  where p.tenant_id = (select current_tenant()) and p.order_id = $1 and p.user_id <> $2 and p.expires_at > $3 and u.name is not null order by p.since, p.user_id limit 20`);
const LEAVE = statement("leave_order", `delete from presence where tenant_id = (select current_tenant()) and order_id = $1 and user_id = $2`);
const FORGET = statement("forget_presence", `delete from presence where tenant_id = (select current_tenant()) and user_id = $1`);
const PEOPLE = statement("list_people", `
  select id, name, disabled_at is not null as disabled from app_user where tenant_id = (select current_tenant()) and erased_at is null and name is not null order by lower(name), id limit 2000`);

export const postgresPresences = (pool: pg.Pool): Presences => ({
  look: (tenantId, { orderId, userId, editing, now }) => inTransaction(pool, tenantId, async (session) => {
    await session.run(TIDY, [userId, instant(now)]);
    if ((await session.run(LOOK, [orderId, userId, editing, instant(now), instant(now + PRESENT_MS)])) === 0) return null;
    const rows = await session.rows<{ user_id: string; name: string; editing: boolean; since: Date }>(OTHERS, [orderId, userId, instant(now)]);
    return rows.map(({ user_id: id, since, ...row }) => ({ user: publicId("user", id), ...row, since: since.toISOString() }));
  }),
  leave: (tenantId, { orderId, userId }) => inTransaction(pool, tenantId, async (session) => void (await session.run(LEAVE, [orderId, userId]))),
  people: (tenantId) => inTransaction(pool, tenantId, async (session) =>
    (await session.rows<{ id: string; name: string; disabled: boolean }>(PEOPLE, [])).map(({ id, ...row }) => ({ id: publicId("user", id), ...row }))),
});

/** With the person goes where they were. */
export const forgetPresence = async (session: Session, userId: string): Promise<void> => void (await session.run(FORGET, [userId]));
