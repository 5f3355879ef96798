import { setTimeout as sleep } from 'node:timers/promises';
import { StartProblem } from '../start-problem.ts';
import { endServer, startServer, type RunningServer, type Setup } from './server.ts';
import { signal } from './process-facts.ts';

export interface Supervised {
  readonly pid: number;
  stop(): Promise<void>;
}

const stopPatienceMilliseconds = 60_000;

/** Keeps the server running on its port until stop(): whoever kills it, connections come back without a hand. */
export function supervise(setup: Setup, first: RunningServer): Supervised {
  const stopping = new AbortController();
  let current = first;
  let stopped: Promise<void> | null = null;

  // A program that ends without stop() (an uncaught error, process.exit) still asks for a clean shutdown.
  const atExit = () => signal(current.pid, 'SIGINT');
  process.once('exit', atExit);

  const watch = async () => {
    while (!stopping.signal.aborted) {
      const ending = await current.exited;
      if (stopping.signal.aborted) return;
      setup.log(`The database ended unexpectedly (${ending}); starting it again on port ${current.port}.`);
      const next = await restart(setup, current.port, stopping.signal);
      if (next !== null) current = next;
    }
  };
  const watching = watch();

  const stop = async () => {
    stopping.abort();
    await endCurrent(setup, current);
    const last = current;
    await watching;
    if (current !== last) await endCurrent(setup, current); // a restart was under way
    process.removeListener('exit', atExit);
  };
  return {
    get pid() { return current.pid; },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function endCurrent(setup: Setup, server: RunningServer): Promise<void> {
  if (await endServer(setup.cluster, server.pid, stopPatienceMilliseconds)) await server.exited;
  else setup.log(`The database (process ${server.pid}) did not stop; the next start will try again.`);
}

async function restart(setup: Setup, port: number, stopping: AbortSignal): Promise<RunningServer | null> {
  for (let delay = 500; !stopping.aborted; delay = Math.min(delay * 2, 15_000)) {
    try {
      const server = await startServer(setup, port);
      setup.log('The database runs again.');
      return server;
    } catch (error) {
      const advice = error instanceof StartProblem ? ` ${error.fix}` : '';
      setup.log(`${(error as Error).message}${advice} The next attempt follows in ${delay / 1000} s.`);
      await sleep(delay, undefined, { signal: stopping }).catch(() => {});
    }
  }
  return null;
}
