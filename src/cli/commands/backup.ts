import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, openDatabase, restoreBackup, verifyDatabase } from '../../server/compose.ts';
import { readSettings } from '../../server/settings.ts';
import { argument, type Call, CommandFailed, EXIT, type ExitCode } from '../command.ts';
import { createProgress } from '../import/progress.ts';
import { programVersion } from '../program-version.ts';

/** Beside a running Ordo or without one: it reads one moment and holds nobody up. */
export async function backup(call: Call): Promise<ExitCode> {
  const { output } = call;
  const settings = readSettings(call.environment);
  if (settings.databaseUrl === null && !existsSync(join(settings.dataDirectory, 'postgres', 'PG_VERSION'))) {
    throw new CommandFailed('NOT_FOUND', `There is no database in ${settings.dataDirectory}.`, 'Set ORDO_DATA_DIR or DATABASE_URL to the one to back up.');
  }
  const file = call.arguments[0] ?? defaultName(new Date());
  const database = await openDatabase(settings, output.note, true);
  try {
    const made = await backUp(database.ownerUrl, file, { program: await programVersion(), progress: progressOn(call) });
    if (output.json) output.value(made);
    else {
      output.line(`${made.file}: ${made.rows} rows of ${made.tenants} ${made.tenants === 1 ? 'tenant' : 'tenants'}, ${(made.bytes / 1e6).toFixed(1)} MB.`);
      output.note('It holds personal data, the hashes of API keys and the secrets of webhooks. Only its owner may read it (mode 0600): keep it so where you take it.');
    }
    return EXIT.ok;
  } finally {
    await database.close();
  }
}

/** Names sort by time, and no system minds the letters. */
const defaultName = (now: Date): string => `ordo-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.backup.gz`;

export async function restore(call: Call): Promise<ExitCode> {
  const { output } = call;
  const file = argument(call, 0);
  const settings = readSettings(call.environment);
  if (!existsSync(file)) throw new CommandFailed('NOT_FOUND', `There is no file ${file}.`, 'Name a file that "ordo backup" wrote.');
  const database = await openDatabase(settings, output.note, true);
  try {
    const restored = await restoreBackup(database.ownerUrl, file, { log: output.note, progress: progressOn(call) });
    const tenants = await verifyDatabase(database.ownerUrl, { onProgress: ({ step, steps }) => output.progress(`Verifying: step ${step} of ${steps}`) });
    const differences = tenants.reduce((sum, { verification }) => sum + verification.differences, 0);
    if (output.json) output.value({ ...restored, verified: differences === 0, differences });
    else {
      output.line(`Restored ${restored.rows} rows of ${restored.tenants} ${restored.tenants === 1 ? 'tenant' : 'tenants'} as of ${restored.created_at} (Ordo ${restored.program}, PostgreSQL ${restored.server}).`);
      output.line(differences === 0 ? output.green('Verified: every counter is what its ledger says.') : output.red(`Verified: ${differences} rows differ from their ledgers; "ordo verify" names them.`));
    }
    return differences === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await database.close();
  }
}

const progressOn = ({ output }: Call): ReturnType<typeof createProgress> => createProgress(output, process.stderr.isTTY === true);
