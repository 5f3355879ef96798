import { type Call, EXIT, type ExitCode } from '../command.ts';
import { COMMANDS } from '../commands.ts';
import { completionScript, SHELLS } from '../completion.ts';

/** Prints the script of the shell that the command's last word names. */
export async function completion({ command, output }: Call): Promise<ExitCode> {
  const shell = SHELLS.find((one) => command.name === `completion ${one}`) ?? 'bash';
  const script = completionScript(shell, COMMANDS);
  if (output.json) output.value({ shell, script });
  else output.line(script);
  return EXIT.ok;
}
