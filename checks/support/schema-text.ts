// The schema that all migrations result in, as text that a reviewer can read and a diff can show. Equal on every
// supported PostgreSQL version: it prints only what they all answer alike.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { changeUrl, withConnection } from '../../src/postgres/connect.ts';
import { startEmbedded } from '../../src/postgres/embedded/index.ts';
import { migrate } from '../../src/postgres/migrate.ts';

export const SCHEMA_FILE = 'src/postgres/schema.sql';

export type SchemaText = { readonly text: string; readonly tables: number };
/** Migrates a new database, reads it and drops it: on a server of its own, or on the one ORDO_TEST_DATABASE_URL names. */
export async function freshSchemaText(): Promise<SchemaText> {
  const given = process.env['ORDO_TEST_DATABASE_URL'];
  if (given !== undefined) return migrateAndRead(given);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ordo-schema-'));
  const server = await startEmbedded({ dataDirectory, log: () => {} });
  try {
    return await migrateAndRead(server.ownerUrl);
  } finally {
    await server.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function migrateAndRead(adminUrl: string): Promise<SchemaText> {
  const ownerUrl = changeUrl(adminUrl, { database: 'ordo_schema_text' });
  const drop = 'drop database if exists ordo_schema_text with (force)';
  return withConnection(adminUrl, async (admin) => {
    await admin.query(drop);
    await admin.query("create database ordo_schema_text encoding 'UTF8' template template0");
    try {
      const { runtimeUrl } = await migrate(ownerUrl);
      return await readSchema(ownerUrl, runtimeUrl);
    } finally {
      await admin.query(drop);
    }
  });
}

/** Reads every schema that is not PostgreSQL's own. The two roles print as `owner` and `runtime`, whatever they are called. */
export async function readSchema(ownerUrl: string, runtimeUrl: string): Promise<SchemaText> {
  const runtimeRole = decodeURIComponent(new URL(runtimeUrl).username);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // With an empty path every name prints with its schema, whoever asks.
    await client.query("select set_config('search_path', '', false)");
    const owner = await client.query<{ name: string }>('select current_user::text as name');
    const rename = renamer({ [owner.rows[0]?.name ?? '']: 'owner', [runtimeRole]: 'runtime' });
    const sections: string[] = [];
    for (const [title, text] of SECTIONS) {
      const { rows } = await client.query<Line>({ text, values: text.includes('$1') ? [runtimeRole] : [] });
      if (rows.length > 0) sections.push([`-- ${title}`, ...inOrder(rows).map(rename)].join('\n'));
    }
    const tables = await client.query<Line>(TABLES);
    const { rows: parts } = await client.query<Line & { table: string }>(TABLE_PARTS);
    for (const table of tables.rows.sort((a, b) => compare(a.k, b.k))) {
      const own = inOrder(parts.filter((part) => part.table === table.k));
      sections.push([table.line, ...own.map((line) => `  ${rename(line)}`)].join('\n'));
    }
    return { text: `${[HEADER, ...sections].join('\n\n')}\n`, tables: tables.rows.length };
  } finally {
    await client.end();
  }
}

/** A printed line with its place: key first, then ordinal, then the text. Sorted here, because collations differ. */
type Line = { readonly k: string; readonly o: number; readonly line: string };
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (rows: readonly Line[]): string[] =>
  [...rows].sort((a, b) => compare(a.k, b.k) || a.o - b.o || compare(a.line, b.line)).map(({ line }) => line);

const HEADER = `-- What all migrations together result in. Written by npm run generate; read it, do not run it.
-- Partitions by date are left out, because they come and go; a default partition is shown.`;

function renamer(names: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => Object.entries(names).reduce((result, [from, to]) =>
    (from === '' ? result : result.replaceAll(new RegExp(`(?<=\\brole |\\bto |, )"?${escape(from)}"?(?=[\\s,;]|$)`, 'g'), to)), text);
}

const escape = (text: string): string => text.replaceAll(/[^\w]/g, '\\$&');

/** Namespaces and objects that are the project's: not PostgreSQL's own, not an extension's. */
const OWN = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/** `select, insert on X to role`, one line per grantee and grantability; the owner's own rights are implied. */
const grants = (acl: string, owner: string, on: string): string => `
  select 'grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type) || ' on ' || ${on} || ' to '
      || case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
      || case when is_grantable then ' with grant option' else '' end as line
  from aclexplode(${acl}) where grantee <> ${owner} and privilege_type <> 'MAINTAIN' group by grantee, is_grantable`;

const SECTIONS: readonly (readonly [string, string])[] = [
  ['roles', `
    select 'role ' || quote_ident(rolname) || case when rolsuper then ' superuser' else '' end || case when rolbypassrls then ' bypassrls' else '' end
      || case when rolcreatedb then ' createdb' else '' end || case when rolcreaterole then ' createrole' else '' end as line, '' as k, 0 as o
    from pg_roles where rolname = $1`],
  ['schemas', `
    select 'schema ' || quote_ident(n.nspname) as line, n.nspname as k, 0 as o from pg_namespace n where ${OWN}
    union all select g.line, n.nspname, 1 from pg_namespace n
      cross join lateral (${grants('n.nspacl', 'n.nspowner', "'schema ' || quote_ident(n.nspname)")}) g where ${OWN}`],
  ['extensions', "select 'extension ' || extname as line, '' as k, 0 as o from pg_extension where extname <> 'plpgsql'"],
  ['types', `
    select 'type ' || format_type(t.oid, null) || case t.typtype
        when 'e' then ' as enum (' || (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid) || ')'
        else ' as domain over ' || format_type(t.typbasetype, t.typtypmod) || coalesce(' ' || (select string_agg(pg_get_constraintdef(oid), ' ' order by conname)
          from pg_constraint where contypid = t.oid and contype = 'c'), '') end as line, '' as k, 0 as o
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${OWN} and t.typtype in ('d', 'e')`],
  ['sequences', `
    select 'sequence ' || s.seqrelid::regclass || ' ' || format_type(s.seqtypid, null) || ' start ' || seqstart || ' increment ' || seqincrement
        || case when seqcycle then ' cycle' else '' end as line, s.seqrelid::regclass::text as k, 0 as o
      from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where ${OWN}
    union all select g.line, c.oid::regclass::text, 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join lateral (${grants('c.relacl', 'c.relowner', 'c.oid::regclass')}) g where ${OWN} and c.relkind = 'S'`],
  ['views', `
    select case c.relkind when 'm' then 'materialized ' else '' end || 'view ' || c.oid::regclass || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')
        || ' (' || (select string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) || ')'
        -- Versions qualify column names differently, so the text is hashed without qualifiers and spacing.
        || ' body ' || md5(regexp_replace(regexp_replace(pg_get_viewdef(c.oid), '[a-z_][a-z0-9_]*\\.', '', 'g'), '\\s+', '', 'g')) as line,
        c.oid::regclass::text as k, 0 as o
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN} and c.relkind in ('v', 'm')
    union all select g.line, c.oid::regclass::text, 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join lateral (${grants('c.relacl', 'c.relowner', 'c.oid::regclass')}) g where ${OWN} and c.relkind in ('v', 'm')`],
  ['functions', `
    select 'function ' || p.oid::regprocedure || ' returns ' || coalesce(pg_get_function_result(p.oid), 'nothing') || ' ' || l.lanname
        || case p.provolatile when 'i' then ' immutable' when 's' then ' stable' else ' volatile' end
        || case p.proparallel when 's' then ' parallel safe' else '' end || case when p.proisstrict then ' strict' else '' end
        || case when p.prosecdef then ' security definer' else '' end || coalesce(' set ' || array_to_string(p.proconfig, ' set '), '')
        || ' body ' || md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)) as line, p.oid::regprocedure::text as k, 0 as o
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
      where ${OWN} and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all select g.line, p.oid::regprocedure::text, 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      cross join lateral (${grants("coalesce(p.proacl, acldefault('f', p.proowner))", 'p.proowner', 'p.oid::regprocedure')}) g
      where ${OWN} and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`],
];

const IS_TABLE = `${OWN} and c.relkind in ('r', 'p') and (not c.relispartition or pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT')`;

const TABLES = `
  select c.oid::regclass::text as k, 0 as o, 'table ' || c.oid::regclass || coalesce(' partitioned by ' || pg_get_partkeydef(c.oid), '')
    || coalesce(' is the default partition of ' || (select inhparent::regclass from pg_inherits where inhrelid = c.oid), '')
    || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${IS_TABLE}`;

/** Columns, constraints, indexes, triggers, policies and grants of every table, in this order. What a partition inherits is not repeated. */
const TABLE_PARTS = `
  with t as (select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${IS_TABLE}), part as (
    select t.oid as rel, 1 as kind, a.attnum::int as pos, quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attcollation <> 0 and a.attcollation <> y.typcollation then ' collate ' || a.attcollation::regcollation else '' end
        || case when a.attnotnull then ' not null' else '' end
        || case when a.attidentity = 'a' then ' generated always as identity' when a.attidentity = 'd' then ' generated by default as identity' else '' end
        || coalesce(case when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')'
             || case a.attgenerated when 's' then ' stored' else ' virtual' end
             else ' default ' || pg_get_expr(d.adbin, d.adrelid) end, '') as line
      from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped join pg_type y on y.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum where not t.relispartition
    union all select t.oid, 2, strpos('pufcxt', o.contype::text), 'constraint ' || quote_ident(o.conname) || ' ' || pg_get_constraintdef(o.oid)
      -- Version 18 lists NOT NULL here too; it is already beside the column.
      from t join pg_constraint o on o.conrelid = t.oid and o.contype <> 'n' and o.conparentid = 0 and o.conislocal
    union all select t.oid, 3, 0, pg_get_indexdef(i.indexrelid)
      from t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid and not x.relispartition
      where not exists (select from pg_constraint o where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'))
    union all select t.oid, 4, 0, pg_get_triggerdef(g.oid) from t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgparentid = 0
    union all select t.oid, 5, 0, 'row level security' || case when t.relforcerowsecurity then ' forced' else ' enabled' end from t where t.relrowsecurity
    union all select t.oid, 6, 0, 'policy ' || quote_ident(p.polname) || case when p.polpermissive then '' else ' as restrictive' end || ' for '
        || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end || ' to '
        || (select string_agg(case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r)
        || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
      from t join pg_policy p on p.polrelid = t.oid
    union all select t.oid, 7, 0, g.line from t cross join lateral (${grants('t.relacl', 't.relowner', "'table'")}) g
    union all select t.oid, 8, a.attnum, g.line from t join pg_attribute a on a.attrelid = t.oid and a.attacl is not null
      cross join lateral (${grants('a.attacl', 't.relowner', 'quote_ident(a.attname)')}) g)
  select rel::regclass::text as table, kind::text as k, pos as o, regexp_replace(line, '\\s+', ' ', 'g') as line from part`;
