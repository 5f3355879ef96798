import { codeOf, withConnection } from './connect.ts';
import { findBinaries } from './embedded/binaries.ts';
import { assertRuntimeRole } from './migrate.ts';
import { ensureRuntimeRole } from './runtime-role.ts';
import { readSchemaVersion } from './schema-version.ts';
import { StartProblem } from './start-problem.ts';

/** One thing that was looked at: what was found, and the fix where it is not as it should be. */
export interface Diagnosis {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

export const good = (name: string, detail: string): Diagnosis => ({ name, ok: true, detail, fix: null });
export const bad = (name: string, detail: string, fix: string): Diagnosis => ({ name, ok: false, detail, fix });

/** Runs one look; a failure that carries its fix becomes the finding. */
export async function diagnose(name: string, look: () => Promise<Diagnosis | string>): Promise<Diagnosis> {
  try {
    const found = await look();
    return typeof found === 'string' ? good(name, found) : found;
  } catch (error) {
    if (error instanceof StartProblem) return bad(name, error.message, error.fix);
    return bad(name, error instanceof Error ? error.message : String(error), `The system said ${codeOf(error) || 'no more'}; look there first.`);
  }
}

/** The built-in PostgreSQL's programs for this platform; missing library links are put back on the way. */
export const diagnoseBinaries = (linkDirectory: string): Promise<Diagnosis> =>
  diagnose('built-in PostgreSQL', async () => `${process.platform} ${process.arch}: ${(await findBinaries(linkDirectory)).postgres}`);

const CLOCKS_MAY_DIFFER_MS = 5_000;

/** A database, looked at with the owner's address: nothing is changed in it. */
export async function diagnoseDatabase(ownerUrl: string): Promise<Diagnosis[]> {
  const reached = await diagnose('database', () => withConnection(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ version: string; number: number }>(`select current_setting('server_version') as version, current_setting('server_version_num')::int as number`);
    const [found] = rows;
    if (found === undefined || found.number < 150_000) return bad('database', `PostgreSQL ${found?.version ?? 'of unknown version'} answers.`, 'Upgrade to PostgreSQL 15 or newer.');
    return `PostgreSQL ${found.version} answers`;
  }));
  if (!reached.ok) return [reached];
  return [reached, await diagnose('schema', () => lookAtSchema(ownerUrl)), await diagnose('runtime role', () => lookAtRole(ownerUrl)), await diagnose('clock', () => lookAtClock(ownerUrl))];
}

const lookAtSchema = (ownerUrl: string): Promise<Diagnosis | string> => withConnection(ownerUrl, async (owner) => {
  const { program, database } = await readSchemaVersion(owner);
  if (database === program) return `at number ${database}, as this program needs it`;
  if (database === null) return 'empty; the first start or "ordo migrate" makes it';
  const newer = database > program;
  return bad('schema', `The database is at number ${database}, this program at ${program}.`, newer ? 'Start the newer version of the program.' : 'Run: ordo migrate');
});

const lookAtRole = (ownerUrl: string): Promise<Diagnosis | string> => withConnection(ownerUrl, async (owner) => {
  if ((await readSchemaVersion(owner)).database === null) return 'made with the schema';
  const role = await ensureRuntimeRole(owner, ownerUrl);
  await assertRuntimeRole(role.url);
  return `${role.name} owns nothing, and row-level security binds it`;
});

const lookAtClock = (ownerUrl: string): Promise<Diagnosis | string> => withConnection(ownerUrl, async (owner) => {
  const before = Date.now();
  const { rows } = await owner.query<{ now: Date }>('select clock_timestamp() as now');
  const apart = Math.round(Math.abs((rows[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2));
  if (apart <= CLOCKS_MAY_DIFFER_MS) return `${apart} ms apart from the database's`;
  return bad('clock', `This machine's clock and the database's differ by ${Math.round(apart / 1000)} s.`, 'Set both by a time service (NTP).');
});
