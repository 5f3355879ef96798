import type pg from "pg";
import type { Mentions } from "../flows/order-desk-views.ts";
import type { SavedView, SavedViews } from "../flows/saved-views.ts";
import { instant, json } from "./columns.ts";
import { inTransaction, statement } from "./database.ts";

const LIST = statement("list_saved_views", `
  select id, owner, screen, name, query, columns, shared, position, updated_at from saved_view
  where tenant_id = (select current_tenant()) and screen = $1 and (owner = $2 or shared) order by position, id limit 500`);
const FIND = statement("find_saved_view", `
  select id, owner, screen, name, query, columns, shared, position, updated_at from saved_view where tenant_id = (select current_tenant()) and id = $1 and (owner = $2 or shared)`);
const SAVE = statement("save_saved_view", `
  insert into saved_view (tenant_id, id, owner, screen, name, query, columns, shared, position, updated_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, case when $6::json is not null then array(select json_array_elements_text($6::json)) end, $7, $8, $9)
  on conflict (tenant_id, id) do update set name = excluded.name, query = excluded.query, columns = excluded.columns, shared = excluded.shared, position = excluded.position, updated_at = excluded.updated_at`);
const REMOVE = statement("remove_saved_view", `delete from saved_view where tenant_id = (select current_tenant()) and id = $1`);
const READ = statement("read_mentions", `
  update note_mention set unread = false where tenant_id = (select current_tenant()) and person = $1 and unread and ($2::uuid[] is null or note_id = any($2))`);

interface ViewDb { id: string; owner: string; screen: string; name: string; query: string; columns: string[] | null; shared: boolean; position: number; updated_at: Date }
const read = ({ updated_at: at, ...row }: ViewDb): SavedView => ({ ...row, updatedAt: at.getTime() });
const values = (view: SavedView): unknown[] =>
  [view.id, view.owner, view.screen, view.name, view.query, view.columns === null ? null : json(view.columns), view.shared, view.position, instant(view.updatedAt)];

/** What people keep for themselves: their views, and what they have read. */
export function postgresSavedViews(pool: pg.Pool): { readonly views: SavedViews; readonly mentions: Mentions } {
  const save: SavedViews["save"] = (tenantId, view) => inTransaction(pool, tenantId, async (session) => void (await session.run(SAVE, values(view))));
  return {
    views: {
      create: save, save,
      list: (tenantId, person, screen) => inTransaction(pool, tenantId, async (session) => (await session.rows<ViewDb>(LIST, [screen, person])).map(read)),
      find: (tenantId, person, id) => inTransaction(pool, tenantId, async (session) => {
        const [row] = await session.rows<ViewDb>(FIND, [id, person]);
        return row ? read(row) : null;
      }),
      remove: (tenantId, id) => inTransaction(pool, tenantId, async (session) => void (await session.run(REMOVE, [id]))),
    },
    mentions: { read: (tenantId, person, notes) => inTransaction(pool, tenantId, (session) => session.run(READ, [person, notes])) },
  };
}
