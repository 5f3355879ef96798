import type pg from "pg";
import type { Place } from "../flows/access.ts";
import { isRole, type Role } from "../flows/roles.ts";
import { type User, userEvent, type Users, type UserStore, type UserTransaction } from "../flows/users.ts";
import { endSessionsOf } from "./browser-sessions.ts";
import { instant } from "./columns.ts";
import { forgetPassword } from "./credentials.ts";
import { inTransaction, type Session, statement, withRetry } from "./database.ts";
import { appendEvents } from "./events.ts";
import { forgetPasskeys } from "./passkeys.ts";
import { forgetPresence } from "./presence.ts";
import { forgetSecondFactor } from "./second-factors.ts";
import { newId } from "./tenants.ts";

/** People who sign in. */

const LOCK_ADMINISTRATORS = statement("lock_administrators", `
  select id from app_user where tenant_id = (select current_tenant()) and 'admin' = any(roles) and disabled_at is null order by id for update`);
const LOCK = statement("lock_user", `
  select u.id, u.email, u.name, u.roles, u.language, u.time_zone, u.created_at, u.disabled_at, u.erased_at, u.last_sign_in_at,
    case when u.nodes is not null then coalesce((select json_agg(json_build_object('id', n.id, 'code', n.code) order by n.code) from (
      select distinct n.id, n.code from node n where n.tenant_id = u.tenant_id and n.id = any(u.nodes)) n), '[]') end as nodes
  from app_user u where u.tenant_id = (select current_tenant()) and u.id = $1 for update of u`);
const LIST = statement("list_users", `
  select u.id, u.email, u.name, u.roles, u.language, u.time_zone, u.created_at, u.disabled_at, u.erased_at, u.last_sign_in_at,
    case when u.nodes is not null then coalesce((select json_agg(json_build_object('id', n.id, 'code', n.code) order by n.code) from (
      select distinct n.id, n.code from node n where n.tenant_id = u.tenant_id and n.id = any(u.nodes)) n), '[]') end as nodes
  from app_user u where u.tenant_id = (select current_tenant()) and ($1::uuid is null or u.id = $1) and ($2::uuid is null or u.id > $2) order by u.id limit $3`);
const PLACES = statement("find_places", `select distinct n.id, n.code from node n where n.tenant_id = (select current_tenant()) and n.code = any($1::text[]) order by n.code`);
const SAVE = statement("save_user", `
  insert into app_user (tenant_id, id, email, name, roles, nodes, language, time_zone, created_at, disabled_at, erased_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (tenant_id, id) do update set email = excluded.email, name = excluded.name, roles = excluded.roles, nodes = excluded.nodes, language = excluded.language,
    time_zone = excluded.time_zone, disabled_at = excluded.disabled_at, erased_at = excluded.erased_at`);
const HAS_EMAIL = statement("find_user_of_email", `select id from app_user where tenant_id = (select current_tenant()) and email = $1`);
const LINKED = statement("find_linked_user", `select user_id from user_identity where tenant_id = (select current_tenant()) and issuer = $1 and subject = $2`);
const BY_EMAIL = statement("find_user_to_link", `
  select u.id, exists (select from user_identity i where i.tenant_id = u.tenant_id and i.user_id = u.id and i.issuer = $2) as linked
  from app_user u where u.tenant_id = (select current_tenant()) and u.email = $1`);
const LINK = statement("link_user", `insert into user_identity (tenant_id, issuer, subject, user_id, linked_at) values ((select current_tenant()), $1, $2, $3, now())`);
const UNLINK = statement("unlink_user", `delete from user_identity where tenant_id = (select current_tenant()) and user_id = $1 returning issuer`);
const FORGET = statement("forget_user", `update app_user set preferences = '{}' where tenant_id = (select current_tenant()) and id = $1`);
const ANY = statement("has_users", `select from app_user where tenant_id = (select current_tenant()) limit 1`);
/** Of two first starts at once, one finds what the other made. */
const ALONE = statement("alone_with_users", `select pg_advisory_xact_lock(hashtextextended('people', (select current_tenant())))`);
const PREFERENCES = statement("load_preferences", `select preferences from app_user where tenant_id = (select current_tenant()) and id = $1`);
const SAVE_OWN = statement("save_own_settings", `
  update app_user set name = coalesce($2, name), language = coalesce($3, language), time_zone = case when $4 then $5 else time_zone end, preferences = coalesce($6::json, preferences)
  where tenant_id = (select current_tenant()) and id = $1`);

interface UserDb {
  id: string; email: string | null; name: string | null; roles: string[]; nodes: Place[] | null; language: "en" | "de"; time_zone: string | null; created_at: Date; disabled_at: Date | null;
  erased_at: Date | null; last_sign_in_at: Date | null;
}

const read = (row: UserDb): User => ({
  id: row.id, email: row.email, name: row.name, roles: row.roles.filter((role): role is Role => isRole(role)), nodes: row.nodes, language: row.language, timeZone: row.time_zone,
  createdAt: row.created_at.getTime(), disabledAt: row.disabled_at?.getTime() ?? null, erasedAt: row.erased_at?.getTime() ?? null, lastSignInAt: row.last_sign_in_at?.getTime() ?? null,
});

export const findUser = async (session: Session, id: string): Promise<User | null> => {
  const [row] = await session.rows<UserDb>(LIST, [id, null, 1]);
  return row ? read(row) : null;
};

export const postgresUsers = (pool: pg.Pool): Users & UserStore => ({
  transact: (tenantId, work) => withRetry(() => inTransaction(pool, tenantId, (session) => work(transaction(session)))),
  list: (tenantId, { after, limit }) => inTransaction(pool, tenantId, async (session) => {
    const rows = await session.rows<UserDb>(LIST, [null, after?.[0] ?? null, limit + 1]);
    const shown = rows.slice(0, limit);
    return { rows: shown.map(read), next: rows.length > limit ? [shown.at(-1)?.id ?? ""] : null };
  }),
  find: (tenantId, id) => inTransaction(pool, tenantId, (session) => findUser(session, id)),
  preferences: (tenantId, id) => inTransaction(pool, tenantId, async (session) => (await session.rows<{ preferences: Record<string, unknown> }>(PREFERENCES, [id]))[0]?.preferences ?? {}),
  saveOwn: (tenantId, id, { name, language, timeZone, preferences }) => inTransaction(pool, tenantId, async (session) =>
    void (await session.run(SAVE_OWN, [id, name ?? null, language ?? null, timeZone !== undefined, timeZone ?? null, preferences === undefined ? null : JSON.stringify(preferences)]))),
});

const transaction = (session: Session): UserTransaction => ({
  lockAdministrators: async () => (await session.rows<{ id: string }>(LOCK_ADMINISTRATORS, [])).map(({ id }) => id),
  lockUser: async (id) => {
    const [row] = await session.rows<UserDb>(LOCK, [id]);
    return row ? read(row) : null;
  },
  findPlaces: (codes) => session.rows<{ id: string; code: string }>(PLACES, [codes]),
  saveUser: async (user) => {
    const [other] = user.email === null ? [] : await session.rows<{ id: string }>(HAS_EMAIL, [user.email]);
    if (other !== undefined && other.id !== user.id) return false;
    await save(session, user);
    return true;
  },
  forget: async (id) => {
    await session.run(FORGET, [id]);
    await session.rows(UNLINK, [id]);
    await forgetPasskeys(session, id);
    await forgetPassword(session, id);
    await forgetPresence(session, id);
    await forgetSecondFactor(session, id);
  },
  endSessions: (id, except) => endSessionsOf(session, id, { except }).then(() => undefined),
  findLinked: async ({ issuer, subject }) => (await session.rows<{ user_id: string }>(LINKED, [issuer, subject]))[0]?.user_id ?? null,
  findByEmail: async (email, issuer) => (await session.rows<{ id: string; linked: boolean }>(BY_EMAIL, [email, issuer]))[0] ?? null,
  link: async (id, { issuer, subject }) => void (await session.run(LINK, [issuer, subject, id])),
  unlink: async (id) => (await session.rows<{ issuer: string }>(UNLINK, [id])).map(({ issuer }) => issuer),
  append: (events) => appendEvents(session, events),
});

const save = (session: Session, user: User): Promise<number> => session.run(SAVE, [
  user.id, user.email, user.name, [...user.roles], user.nodes?.map(({ id }) => id) ?? null, user.language, user.timeZone, instant(user.createdAt), instant(user.disabledAt), instant(user.erasedAt),
]);

/** Nobody could use it: a tenant without people has nobody to ask for an address. It is there to be changed. */
const FIRST_EMAIL = "admin@ordo.local";

/** Makes the first person of a tenant that has none: an administrator, for whom sign-in links are. Repeating it changes nothing. */
export const ensureFirstUser = (pool: pg.Pool, tenantId: number, name: string, now: number): Promise<void> => inTransaction(pool, tenantId, async (session) => {
  await session.rows(ALONE, []);
  if ((await session.rows(ANY, [])).length > 0) return;
  const user: User = {
    id: newId(), email: FIRST_EMAIL, name, roles: ["admin"], nodes: null, language: "en", timeZone: null, createdAt: now, disabledAt: null, erasedAt: null, lastSignInAt: null,
  };
  await save(session, user);
  await appendEvents(session, [userEvent("UserAdded", user.id, { roles: user.roles, nodes: null }, { newId, now: () => now }, { actor: "start" })]);
});
