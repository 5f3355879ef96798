import type { Ambient, Answer, Flow, Store } from "../flows/ports.ts";

export interface BatcherOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  /** Commands one transaction takes at most. */
  readonly batchMax: number;
  /** Transactions that fly at once per tenant and flow. */
  readonly flights: number;
  /** Commands that may wait; more are refused at once, before memory grows. */
  readonly waitingMax: number;
}

/** More waits than can be served soon. The caller answers 429 with Retry-After. */
export class TooBusy extends Error {
  override readonly name = "TooBusy";
}

interface Waiting<C> {
  readonly command: C;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commands that must wait before another transaction joins one in flight. A group costs as much as ten orders whatever it
 * holds: at half load, flying with whatever was there made groups of four, a tenth more work and half as much waiting again.
 */
const COMPANY = 8;

/**
 * Forms groups without a timer: a few transactions fly, and each takes whatever waits when it leaves. Alone, a command
 * leaves at once; under load the groups grow by themselves, and a further one flies only where enough waits to be worth it. A group holds one tenant's commands of one flow.
 */
export function createBatcher<C>(flow: Flow<C>, { store, ambient, batchMax, flights, waitingMax }: BatcherOptions): {
  submit(tenantId: number, command: C): Promise<Answer>;
  submitMany(tenantId: number, commands: readonly C[]): Promise<Answer[]>;
  waiting(): number;
} {
  const lanes = new Map<number, { queue: Waiting<C>[]; flying: number }>();
  let waitingCount = 0;

  function submit(tenantId: number, command: C): Promise<Answer> {
    if (waitingCount >= waitingMax) return Promise.reject(new TooBusy(`${waitingCount} commands wait`));
    let lane = lanes.get(tenantId);
    if (!lane) lanes.set(tenantId, (lane = { queue: [], flying: 0 }));
    const { queue } = lane;
    waitingCount += 1;
    const answer = new Promise<Answer>((resolve, reject) => void queue.push({ command, resolve, reject }));
    // One turn of the event loop gathers what arrived together; it costs a lone command nothing measurable.
    if (lane.flying < flights) setImmediate(depart, tenantId);
    return answer;
  }

  function depart(tenantId: number): void {
    const lane = lanes.get(tenantId);
    if (!lane || lane.flying >= flights || lane.queue.length === 0 || (lane.flying > 0 && lane.queue.length < COMPANY)) return;
    const group = lane.queue.splice(0, batchMax);
    waitingCount -= group.length;
    lane.flying += 1;
    void fly(tenantId, group).finally(() => {
      lane.flying -= 1;
      depart(tenantId);
    });
  }

  /** `lost` is the error of an earlier flight of the same commands that may have arrived all the same. */
  async function fly(tenantId: number, group: readonly Waiting<C>[], lost: unknown = null): Promise<void> {
    try {
      const answers = await flow(store, tenantId, group.map(({ command }) => command), ambient);
      group.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer) resolve(answer);
        else reject(new Error("a command of the group got no answer"));
      });
    } catch (error) {
      const [only] = group;
      const unknown = lost ?? (mayBeDone(error) ? error : null);
      if (group.length === 1 && only) return only.reject(unknown ?? error);
      // One command that meets a defect must not fail its neighbours: alone, each gets what it deserves. But where the
      // group may be done, only what is recognised by its key is asked again; anything else would be done twice.
      for (const one of group) {
        if (unknown !== null && !hasKey(one.command)) one.reject(unknown);
        else await fly(tenantId, [one], unknown);
      }
    }
  }

  return { submit, submitMany: (tenantId, commands) => Promise.all(commands.map((command) => submit(tenantId, command))), waiting: () => waitingCount };
}

/** The store's OutcomeUnknown: the commit was sent and its answer never came. */
const mayBeDone = (error: unknown): boolean => error instanceof Error && error.name === "OutcomeUnknown";

const hasKey = (command: unknown): boolean => typeof command === "object" && command !== null && "idempotencyKey" in command && command.idempotencyKey !== null;
