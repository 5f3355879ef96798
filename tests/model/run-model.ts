import fc from "fast-check";
import type { World } from "../support/world.ts";
import { commands, met } from "./commands.ts";
import { Model } from "./model.ts";
import { Shop } from "./shop.ts";

let tenants = 0;

/** Random sequences of commands, each against a tenant of its own; a failing one is shrunk and told with its seed. */
export async function runModel(world: World, sequences: number, length: number, limitMs: number): Promise<ReadonlyMap<string, number>> {
  // What the model proves does not depend on the disk, and this is a third of the time.
  await world.query("do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$");
  met.clear();
  await fc.assert(fc.asyncProperty(commands(length), async (sequence) => {
    const shop = await Shop.open(world, `model-${(tenants += 1)}`);
    const done: string[] = [];
    try {
      const model = new Model();
      for (const command of sequence) {
        if (!command.check(model)) continue;
        await command.run(model, shop).finally(() => void done.push(command.toString()));
      }
      await shop.verify();
    } catch (error) {
      throw new Error(`after ${done.join(", ")}`, { cause: error });
    }
    // A slow machine does fewer; a failure is shrunk for no longer than this.
  }), { numRuns: sequences, interruptAfterTimeLimit: limitMs, ...replayed() });
  return met;
}

/** MODEL_SEED and MODEL_PATH repeat a failure as fast-check printed it. */
function replayed(): { seed?: number; path?: string } {
  const { MODEL_SEED: seed, MODEL_PATH: path } = process.env;
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) };
}
