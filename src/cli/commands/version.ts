import { type Call, EXIT, type ExitCode } from '../command.ts';
import { programVersion } from '../program-version.ts';

export async function version({ output }: Call): Promise<ExitCode> {
  const number = await programVersion();
  if (output.json) output.value({ version: number, node: process.versions.node });
  else output.line(`ordo ${number} (Node ${process.versions.node})`);
  return EXIT.ok;
}
