import { expect, test } from "vitest";
import { simulate } from "../simulation/simulate.ts";

/** SIMULATION_SEEDS asks for another number of them, SIMULATION_FIRST for another beginning. */
const first = Number(process.env["SIMULATION_FIRST"] ?? 1);
const count = Number(process.env["SIMULATION_SEEDS"] ?? 1000);

test(`${count} simulated days end with every promise kept`, async () => {
  const failed: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const { problems } = await simulate(seed);
    if (problems.length > 0) failed.push(`SIMULATION_SEED=${seed} npx vitest run tests/simulation: ${problems[0]}`);
  }
  expect(failed).toEqual([]);
});
