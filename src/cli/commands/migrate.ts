import { openDatabase, prepareDatabase } from '../../server/compose.ts';
import { readSettings } from '../../server/settings.ts';
import { type Call, EXIT, type ExitCode } from '../command.ts';

export async function migrate({ environment, output }: Call): Promise<ExitCode> {
  const say = (line: string): void => output.note(line);
  const database = await openDatabase(readSettings(environment), say, true);
  try {
    const { applied } = await prepareDatabase(database.ownerUrl, say);
    if (output.json) output.value({ applied });
    else output.line(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length}: ${applied.join(', ')}.`);
    return EXIT.ok;
  } finally {
    await database.close();
  }
}
