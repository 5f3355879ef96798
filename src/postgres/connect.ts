import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartProblem } from './start-problem.ts';

const unreachableCodes = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EPIPE', 'ENOENT',
]);
const startingUp = '57P03';
const patienceMilliseconds = 30_000;

/** One connection with the given address. A server that is still starting is waited for; every other failure is a StartProblem. */
export async function connect(url: string, applicationName = 'ordo'): Promise<pg.Client> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const client = newClient(url, applicationName);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (codeOf(error) !== startingUp || Date.now() > deadline) throw connectProblem(error, url);
      await sleep(250);
    }
  }
}

/** Connects, runs, and always closes. */
export async function withConnection<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function newClient(url: string, applicationName: string): pg.Client {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: applicationName });
    // A connection that breaks later also fails the query in flight; without a listener it would end the process.
    client.on('error', () => {});
    return client;
  } catch {
    throw invalidUrl(); // the original error quotes the address, and with it the password
  }
}

function invalidUrl(): StartProblem {
  return new StartProblem(
    'DATABASE_URL_INVALID', 'The database address is not a valid URL.',
    'Write it as postgres://user:password@host:5432/database, with special characters in the password percent-encoded.',
  );
}

/** The same address for another user or database; every other part of it stays. */
export function changeUrl(url: string, change: { user?: string; password?: string; database?: string }): string {
  try {
    const parsed = new URL(url);
    const { user, password, database } = change;
    // An address without a host (a socket) cannot hold a user before it; there the parameters do, which the driver prefers.
    const asParameters = parsed.hostname === '' || parsed.searchParams.has('user') || parsed.searchParams.has('password');
    if (asParameters) {
      if (user !== undefined) parsed.searchParams.set('user', user);
      if (password !== undefined) parsed.searchParams.set('password', password);
    } else {
      if (user !== undefined) parsed.username = encodeURIComponent(user);
      if (password !== undefined) parsed.password = encodeURIComponent(password);
    }
    if (database !== undefined) parsed.pathname = `/${encodeURIComponent(database)}`;
    return parsed.toString();
  } catch {
    throw invalidUrl();
  }
}

/** The five-character code of the server or the system, '' when there is none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Where the address points, without user and password. */
function place(url: string): { host: string; database: string; user: string } {
  const client = newClient(url, 'ordo');
  return { host: `${client.host}:${client.port}`, database: client.database ?? '', user: client.user ?? '' };
}

export function connectProblem(error: unknown, url: string): StartProblem {
  if (error instanceof StartProblem) return error;
  const { host, database, user } = place(url);
  const code = codeOf(error);
  if (code === '3D000') return missing(host, database, user);
  if (code === '28P01' || code === '28000' || isPasswordMissing(error)) {
    return new StartProblem(
      'DATABASE_LOGIN_REFUSED', `PostgreSQL at ${host} refused the login of user "${user}" (${reasonOf(error, url)}).`,
      'Correct the user and password in DATABASE_URL, or allow this user in pg_hba.conf.',
    );
  }
  if (code === '42501') return permissionMissing(error, database, user);
  const reason = code !== '' && unreachableCodes.has(code) ? code : reasonOf(error, url);
  return new StartProblem(
    'DATABASE_UNREACHABLE', `PostgreSQL at ${host} cannot be reached (${reason}).`,
    'Check host and port in DATABASE_URL, that the server runs, and that a firewall or TLS setting does not stand between.',
  );
}

function missing(host: string, database: string, user: string): StartProblem {
  return new StartProblem(
    'DATABASE_MISSING', `PostgreSQL at ${host} has no database "${database}".`,
    `Create it: CREATE DATABASE "${database}" OWNER "${user}" ENCODING 'UTF8';`,
  );
}

export function permissionMissing(error: unknown, database: string, user: string): StartProblem {
  return new StartProblem(
    'DATABASE_PERMISSION_MISSING', `The database user "${user}" lacks a permission: ${(error as Error).message}.`,
    `Make the user the owner of the database: ALTER DATABASE "${database}" OWNER TO "${user}";`,
  );
}

/** The driver has no code for "the server wants a password and the address has none". */
function isPasswordMissing(error: unknown): boolean {
  return error instanceof Error && /password must be a (non-empty )?string|no password supplied/i.test(error.message);
}

/** The reason in words, made safe: nothing that looks like the password of the address goes out. */
function reasonOf(error: unknown, url: string): string {
  const message = error instanceof Error && error.message !== '' ? error.message : 'no reason given';
  const { password } = newClient(url, 'ordo');
  return typeof password === 'string' && password.length > 3 ? message.replaceAll(password, '***') : message;
}
