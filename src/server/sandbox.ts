import type { SandboxQueries, SandboxStore, Scenario } from '../flows/sandbox.ts';
import type { Clock } from './clock.ts';
import type { LiveDemo } from './demo/index.ts';
import type { App } from './http/app.ts';
import { sandboxRoutes } from './http/sandbox-routes.ts';
import type { Role, Settings } from './settings.ts';

export interface Sandbox {
  /** Whether an empty system is to be filled: it was asked for, and nobody wiped it before. Takes over the clock of an earlier run. */
  wanted(tenantId: number): Promise<boolean>;
  /** The demonstration is there and lives. */
  begin(tenantId: number, live: LiveDemo | null, scenario: Scenario | null): Promise<void>;
  stop(): Promise<void>;
  routes(app: App): void;
}

export interface SandboxDeps {
  readonly kept: SandboxStore;
  readonly queries: SandboxQueries;
  /** Empties the tenant of a demonstration for good. */
  readonly wipe: (tenantId: number) => Promise<void>;
}

const SPLIT: Readonly<Record<Role, string | null>> = { all: null, api: 'Its work is split over processes, which each have a clock of their own; start one process with ORDO_ROLE=all.', worker: 'A worker has no API.' };

/** A demonstration as those who try it see it: its clock, what plays, and its end. */
export function openSandbox({ kept, queries, wipe }: SandboxDeps, settings: Pick<Settings, 'demo' | 'role'>, clock: Clock): Sandbox {
  let [live, why]: [LiveDemo | null, string | null] = [null, settings.demo ? 'This system has work of its own, so nothing of it is tried out: no clock is moved, and nothing is wiped.' : 'ORDO_DEMO is 0: this system is no demonstration.'];
  const there = (): LiveDemo => {
    if (live === null) throw new Error('asked of no sandbox');
    return live;
  };
  return {
    async wanted(tenantId) {
      const row = settings.demo ? await kept.read(tenantId) : null;
      if (row !== null && row.wipedAt !== null) why = 'The demonstration was wiped.';
      return settings.demo && settings.role !== 'api' && (row === null || row.wipedAt === null);
    },
    async begin(tenantId, alive, scenario) {
      await kept.begin(tenantId, clock.now());
      clock.set((await kept.read(tenantId))?.clockOffsetMs ?? 0);
      [live, why] = [alive, SPLIT[settings.role]];
      if (scenario !== null) alive?.play(scenario);
    },
    async stop() {
      await live?.stop();
    },
    routes: sandboxRoutes({
      whyNot: () => why, clock, contents: queries.sandboxContents, placeTestOrder: () => there().placeTestOrder(), play: (scenario) => there().play(scenario), progress: () => live?.progress() ?? null,
      async setClock(tenantId, offsetMs) {
        await kept.setClock(tenantId, offsetMs);
        clock.set(offsetMs);
      },
      async wipe(tenantId) {
        await there().stop();
        await wipe(tenantId);
        clock.set(0);
        [live, why] = [null, 'The demonstration was wiped.'];
      },
    }),
  };
}
