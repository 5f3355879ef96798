import { readFile } from 'node:fs/promises';
import { type Call, EXIT, type ExitCode } from '../command.ts';

export async function version({ output }: Call): Promise<ExitCode> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  const number = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  if (output.json) output.value({ version: number, node: process.versions.node });
  else output.line(`ordo ${number} (Node ${process.versions.node})`);
  return EXIT.ok;
}
