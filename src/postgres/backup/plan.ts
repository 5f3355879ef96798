import type pg from 'pg';

/** One table of the schema, and the statements that count, read and load its rows of the tenant that is set. */
export interface TablePlan {
  readonly name: string;
  readonly lock: string;
  readonly count: string;
  /** Declares the cursor backup_rows: one JSON string per row. */
  readonly declare: string;
  /** Rows per answer: few where some are kept out of line, because they may be large. */
  readonly fetch: string;
  /** Takes a JSON array of rows. */
  readonly insert: string;
  readonly analyze: string;
}

interface Found extends Omit<TablePlan, 'fetch'> {
  readonly wide: boolean;
  readonly needs: readonly string[];
}

const FETCH_MANY = 'fetch 1000 from backup_rows';
const FETCH_FEW = 'fetch 50 from backup_rows';

/**
 * The server writes the statements itself, from its catalogue, so names are quoted by whoever knows how. Each names the
 * tenant although row-level security does too: an owner that is a superuser is not bound by it, and some tables let the
 * owner look beyond it. A partition comes and goes through its parent.
 */
const TABLES = `
  select c.relname as name,
         format('lock table ordo.%I in access share mode', c.relname) as lock,
         format('select count(*)::float8 as rows from ordo.%I where tenant_id = (select ordo.current_tenant())', c.relname) as count,
         format('declare backup_rows no scroll cursor for select to_json(whole_row::text)::text from ordo.%I as whole_row where whole_row.tenant_id = (select ordo.current_tenant())',
           c.relname) as declare,
         format('insert into ordo.%I (%s) select %s from (select line::ordo.%I as whole_row from json_array_elements_text($1::json) as given (line) offset 0) as rows',
           c.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg(format('(whole_row).%I', a.attname), ', ' order by a.attnum), c.relname) as insert,
         format('analyze ordo.%I', c.relname) as analyze,
         exists (select from pg_partition_tree(c.oid) part join pg_class leaf on leaf.oid = part.relid
                  where leaf.reltoastrelid <> 0 and pg_relation_size(leaf.reltoastrelid) > 0) as wide,
         array(select distinct target.relname::text from pg_constraint f join pg_class target on target.oid = f.confrelid
                where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'ordo'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'
   group by c.oid, c.relname
   order by c.relname`;

/** Every table but that of the migrations, each after those that its rows refer to. */
export async function planTables(client: pg.Client): Promise<TablePlan[]> {
  const { rows } = await client.query<Found>(TABLES);
  const open = new Map(rows.map((row) => [row.name, row]));
  const ordered: TablePlan[] = [];
  while (open.size > 0) {
    const free = [...open.values()].filter(({ needs }) => !needs.some((name) => open.has(name)));
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...open.keys()].join(', ')}`);
    for (const { needs: _, wide, ...table } of free) {
      open.delete(table.name);
      ordered.push({ ...table, fetch: wide ? FETCH_FEW : FETCH_MANY });
    }
  }
  return ordered;
}

/** For every form of text that a setting could change; and nothing may end a transaction that waits for a slow disk. */
export const PLAIN_TEXT = `
  set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1; set local bytea_output = 'hex';
  set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local cursor_tuple_fraction = 1; set local jit = off`;

const SET_TENANT = `select set_config('ordo.tenant_id', $1, true)`;
export const setTenant = async (client: pg.Client, tenantId: number): Promise<void> => void (await client.query(SET_TENANT, [String(tenantId)]));

export async function listTenants(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ tenant_id: number }>('select tenant_id from ordo.tenant order by tenant_id');
  return rows.map((row) => row.tenant_id);
}
