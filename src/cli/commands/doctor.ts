import { mkdtemp, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { getReadiness, listNodes } from '@ordo/client';
import { assertPortFree, bad, type Diagnosis, diagnose, diagnoseBinaries, diagnoseDatabase, good, ListenProblem, openDatabase } from '../../server/compose.ts';
import { readSettings, type Settings } from '../../server/settings.ts';
import { type Call, EXIT, type ExitCode } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { readConnectionFile } from '../connection-file.ts';

/** Looks at everything a start needs, and names what fails with its fix. */
export async function doctor(call: Call): Promise<ExitCode> {
  const settings = readSettings(call.environment);
  const found: Diagnosis[] = [nodeVersion(), await dataDirectory(settings), await diskSpace(settings)];
  const running = await runningOrdo(call, settings);
  if (settings.databaseUrl === null) found.push(await diagnoseBinaries(join(resolve(settings.dataDirectory), 'postgres-lib')));
  found.push(...await database(settings, call), ...running.findings);
  if (!running.runs) found.push(await port(settings));
  const healthy = found.every((one) => one.ok);
  if (call.output.json) call.output.value({ healthy, checks: found });
  else for (const one of found) show(one, call);
  return healthy ? EXIT.ok : EXIT.failed;
}

function show({ name, ok, detail, fix }: Diagnosis, { output }: Call): void {
  output.line(`${ok ? output.green('ok  ') : output.red('FAIL')}  ${name.padEnd(20)}  ${detail}`);
  if (fix !== null) output.line(`      ${''.padEnd(20)}  ${output.bold('Fix:')} ${fix}`);
}

function nodeVersion(): Diagnosis {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 20) ? good('Node', `${node} on ${process.platform} ${process.arch}`) : bad('Node', `${node} is too old.`, 'Install Node 20.20 or newer.');
}

const dataDirectory = (settings: Settings): Promise<Diagnosis> => diagnose('data directory', async () => {
  const directory = resolve(settings.dataDirectory);
  const fix = 'Make it a directory that this user owns and may write, or set ORDO_DATA_DIR.';
  const there = await stat(directory).catch(() => null);
  if (there !== null && !there.isDirectory()) return bad('data directory', `${directory} is not a directory.`, fix);
  const place = there === null ? await existingParent(directory) : directory;
  // Only trying says it: whoever may do everything is still refused by what can only be read.
  const writable = await mkdtemp(join(place, '.ordo-')).then(rmdir).then(() => true, () => false);
  if (!writable) return bad('data directory', `${place} cannot be written by this user.`, fix);
  return there === null ? `${directory} will be made by the first start` : `${directory} can be written`;
});

async function existingParent(directory: string): Promise<string> {
  for (let place = directory; ; place = dirname(place)) {
    if (await stat(place).then(() => true, () => false) || place === dirname(place)) return place;
  }
}

const NEEDED_MB = 500;

const diskSpace = (settings: Settings): Promise<Diagnosis> => diagnose('disk space', async () => {
  const place = await existingParent(resolve(settings.dataDirectory));
  const { bavail, bsize } = await statfs(place);
  const free = Math.floor((bavail * bsize) / 1e6);
  return free >= NEEDED_MB ? `${free} MB free` : bad('disk space', `Only ${free} MB are free where ${place} lies.`, `Free at least ${NEEDED_MB} MB.`);
});

const port = (settings: Settings): Promise<Diagnosis> => diagnose('port', async () => {
  try {
    await assertPortFree(settings.host, settings.port);
    return settings.port === 0 ? 'any free one' : `${settings.port} on ${settings.host} is free`;
  } catch (error) {
    if (error instanceof ListenProblem) return bad('port', error.message, error.fix);
    throw error;
  }
});

/** A built-in database that does not run is started for the look, and stopped again; one that was never made is left alone. */
async function database(settings: Settings, { output }: Call): Promise<Diagnosis[]> {
  const made = settings.databaseUrl !== null || await stat(join(settings.dataDirectory, 'postgres', 'PG_VERSION')).then(() => true, () => false);
  if (!made) return [good('database', 'not made yet; the first start makes it')];
  let opened: Awaited<ReturnType<typeof openDatabase>> | undefined;
  const reached = await diagnose('database', async () => {
    opened = await openDatabase(settings, (line) => output.note(line), true);
    return 'reached';
  });
  if (opened === undefined) return [reached];
  try {
    return await diagnoseDatabase(opened.ownerUrl);
  } finally {
    await opened.close();
  }
}

/** Only where an Ordo is named or was started here: whether it answers, is ready, and takes the key. */
async function runningOrdo(call: Call, settings: Settings): Promise<{ runs: boolean; findings: Diagnosis[] }> {
  const file = await readConnectionFile(settings.dataDirectory);
  if (settings.url === null && file === null) return { runs: false, findings: [] };
  const client = await connect(call);
  const ready = await getReadiness({ client }).catch(() => undefined);
  const checks = ready?.data ?? ready?.error;
  if (ready?.response === undefined) {
    const where = settings.url ?? file?.url ?? '';
    if (settings.url === null) return { runs: false, findings: [good('running Ordo', `none at ${where}, where one ran before`)] };
    return { runs: false, findings: [bad('running Ordo', `Nothing answers at ${where}.`, 'Start it, or correct ORDO_URL.')] };
  }
  const state = ready.response.ok ? good('running Ordo', 'answers and is ready') : bad('running Ordo', `It answers and is not ready: ${JSON.stringify(checks)}.`, 'Look at its database first.');
  const key = await diagnose('API key', async () => answer(listNodes({ client, query: { limit: 1 } })).then(() => 'accepted', (error: unknown) =>
    bad('API key', error instanceof Error ? error.message : 'refused', 'Set ORDO_API_KEY to a live key, or restart Ordo to renew connection.json.')));
  return { runs: true, findings: [state, key] };
}
