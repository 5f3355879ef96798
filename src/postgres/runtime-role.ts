import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { changeUrl, codeOf, connect, withConnection } from './connect.ts';
import { StartProblem } from './start-problem.ts';

/**
 * The application does not work as the owner of its tables: row-level security, the second wall between tenants, binds only
 * a role that is neither owner nor superuser. Its password follows from the owner's, so every process that knows
 * DATABASE_URL can log in and nothing more has to be kept.
 */
export interface RuntimeRole {
  readonly name: string;
  readonly url: string;
}

const undefinedObject = '42704';
const duplicateObject = '42710';
const uniqueViolation = '23505';
const concurrentUpdate = 'XX000';

/** Creates the runtime role when it is missing and makes sure that it can log in. `owner` is a connection to `ownerUrl`. */
export async function ensureRuntimeRole(owner: pg.Client, ownerUrl: string): Promise<RuntimeRole> {
  const ownerName = owner.user ?? '';
  const name = `${ownerName}_runtime`;
  const password = runtimePassword(ownerName, owner.password ?? '');
  const url = changeUrl(ownerUrl, { user: name, password });
  const known = await owner.query('select 1 from pg_roles where rolname = $1', [name]);
  if (known.rowCount === 0) await createRole(owner, name, password);
  const allowed = await owner.query<{ allowed: boolean }>(
    `select has_database_privilege($1::name, current_database(), 'connect') as allowed`, [name]);
  if (!allowed.rows[0]?.allowed) {
    await owner.query(`grant connect on database ${pg.escapeIdentifier(owner.database ?? '')} to ${pg.escapeIdentifier(name)}`);
  }
  await ensureLogin(owner, { name, url }, password);
  return { name, url };
}

function runtimePassword(ownerName: string, ownerPassword: string): string {
  return createHmac('sha256', ownerPassword).update(`ordo runtime role:${ownerName}`).digest('hex');
}

async function createRole(owner: pg.Client, name: string, password: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const powers = 'login nosuperuser nobypassrls nocreatedb nocreaterole noinherit';
  try {
    await owner.query(`create role ${role} ${powers} password '${scramVerifier(password)}'`);
  } catch (error) {
    // Another process, perhaps for another database of this server, was faster: its role is the same.
    if ([duplicateObject, uniqueViolation].includes(codeOf(error))) return;
    if (codeOf(error) === '42501') throw cannotCreate(owner, name);
    throw error;
  }
}

/** After a change of the owner's password (or of the address) the derived one no longer fits the stored one. */
async function ensureLogin(owner: pg.Client, role: RuntimeRole, password: string): Promise<void> {
  const login = () => connect(role.url).then((client) => client.end());
  try {
    await login();
  } catch (error) {
    if (!(error instanceof StartProblem) || error.code !== 'DATABASE_LOGIN_REFUSED') throw error;
    await setPassword(owner, role.name, password);
    await login();
  }
}

async function setPassword(owner: pg.Client, name: string, password: string): Promise<void> {
  const statement = `alter role ${pg.escapeIdentifier(name)} login password '${scramVerifier(password)}'`;
  try {
    await owner.query(statement);
  } catch (error) {
    if (codeOf(error) === '42501' || codeOf(error) === undefinedObject) throw cannotCreate(owner, name);
    if (codeOf(error) !== concurrentUpdate) throw error; // "tuple concurrently updated": the other one set the same
  }
}

function cannotCreate(owner: pg.Client, name: string): StartProblem {
  return new StartProblem(
    'DATABASE_CANNOT_CREATE_ROLE', `The database user "${owner.user}" may not create or change the role "${name}".`,
    `Let it: ALTER ROLE "${owner.user}" CREATEROLE; (on PostgreSQL 16 or newer it must also have created the role itself).`,
  );
}

/** The stored form of a password (RFC 5802 and 7677), so that the password itself is in no statement and in no server log. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (label: string) => createHmac('sha256', salted).update(label).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}

/**
 * Fails unless the role behind `url` is bound by row-level security on every tenant's table of schema `ordo`. A partition
 * that the role cannot touch directly is covered by its parent's policy.
 */
export async function assertRuntimeRole(url: string): Promise<void> {
  await withConnection(url, async (client) => {
    const { rows: [facts] } = await client.query<{ superuser: boolean; bypass: boolean }>(
      'select rolsuper as superuser, rolbypassrls as bypass from pg_roles where rolname = current_user');
    if (facts === undefined || facts.superuser) throw tooPowerful(client, 'is a superuser');
    if (facts.bypass) throw tooPowerful(client, 'may bypass row-level security');
    const tables = await client.query<{ name: string; owned: boolean; guarded: boolean }>(tablesQuery);
    const owned = tables.rows.filter((table) => table.owned);
    if (owned.length > 0) throw tooPowerful(client, `owns ${listOf(owned)}`);
    const open = tables.rows.filter((table) => !table.guarded);
    if (open.length > 0) throw unguarded(listOf(open));
  });
}

const tablesQuery = `
  select c.relname as name,
         pg_has_role(current_user, c.relowner, 'member') as owned,
         not has_tenant
         or (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
         or (c.relispartition and not has_table_privilege(c.oid, 'select, insert, update, delete, truncate')) as guarded
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'ordo'
   cross join lateral (select exists (
           select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
         ) as has_tenant) t
   where c.relkind in ('r', 'p')
   order by c.relname`;

function listOf(tables: readonly { name: string }[]): string {
  const shown = tables.slice(0, 5).map((table) => `ordo.${table.name}`).join(', ');
  return tables.length > 5 ? `${shown} and ${tables.length - 5} more` : shown;
}

function tooPowerful(client: pg.Client, what: string): StartProblem {
  return new StartProblem(
    'DATABASE_ROLE_TOO_POWERFUL', `The runtime role "${client.user}" ${what}, so nothing would keep tenants apart.`,
    `Take it away: ALTER ROLE "${client.user}" NOSUPERUSER NOBYPASSRLS; and let another role own the tables.`,
  );
}

function unguarded(tables: string): StartProblem {
  return new StartProblem(
    'DATABASE_ROLE_TOO_POWERFUL', `Row-level security is not forced, or has no policy, on ${tables}.`,
    'Run: ALTER TABLE ... ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; and create the tenant policy.',
  );
}
