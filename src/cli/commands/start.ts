import { type RunningOrdo, startOrdo } from '../../server/compose.ts';
import { readSettings } from '../../server/settings.ts';
import { type Call, EXIT, type ExitCode, UsageError } from '../command.ts';
import type { Output } from '../output.ts';
import { scenarioOf } from './demo.ts';

/** Runs until SIGINT or SIGTERM, then stops in order; a second one ends at once. */
export async function start({ environment, output, options }: Call): Promise<ExitCode> {
  const settings = readSettings(environment);
  const asked = options.get('--scenario');
  const scenario = asked === undefined ? null : scenarioOf(asked);
  if (scenario !== null && (!settings.demo || settings.role !== 'all')) throw new UsageError('--scenario plays in the demonstration: leave ORDO_DEMO and ORDO_ROLE out.');
  const ended = untilSignal();
  const began = performance.now();
  const say = (line: string): void => (output.json ? output.note(line) : output.line(line));
  say('Ordo is starting.');
  const starting = startOrdo(settings, { say, environment }, scenario);
  const running = await starting;
  await greet(running, settings.role === 'worker', performance.now() - began, output);
  const signal = await ended;
  say(`\nStopping (${signal}); once more to end at once.`);
  await running.stop();
  say('Ordo has stopped.');
  // Whatever still ticks (a telemetry timer, a keep-alive socket) must not keep a stopped program alive.
  setTimeout(() => process.exit(EXIT.ok), 500).unref();
  return EXIT.ok;
}

async function greet(running: RunningOrdo, worker: boolean, milliseconds: number, output: Output): Promise<void> {
  const link = worker ? null : await running.signInLink();
  if (output.json) {
    output.value({ url: running.url, sign_in: link, data_directory: running.dataDirectory, process: process.pid });
    return;
  }
  output.line();
  output.line(`Ordo runs at ${output.bold(running.url)} (started in ${(milliseconds / 1000).toFixed(1)} s).`);
  if (link !== null) output.line(`Sign in once, within 15 minutes (ordo sign-in prints another): ${output.bold(link)}`);
  output.line(`Its data lie in ${running.dataDirectory}. Ctrl-C stops it.`);
}

/** A Ctrl-C reaches the whole process group, and npm passes it on once more: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 1_000;

/** Installed before anything is started, so that a signal during the start is not lost. A later second one ends at once. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (firstAt !== null && performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT.failed);
        firstAt ??= performance.now();
        resolve(name);
      });
    }
  });
}
