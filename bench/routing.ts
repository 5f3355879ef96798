import { parseArgs } from "node:util";
import { decideRouting } from "../src/domain/routing/index.ts";
import { boundedDetail } from "../src/domain/routing/index.ts";
import { openContest } from "../src/domain/routing/contest.ts";
import { solveExact } from "../src/domain/routing/exact.ts";
import { solve } from "../src/domain/routing/heuristic.ts";
import { worthOf } from "../src/domain/routing/problem.ts";
import { openPacking } from "../src/server/packing/index.ts";
import { problemOf, randomProblem } from "../tests/support/routing-problems.ts";
import { measure, percentile } from "./support/measure.ts";
import { withPromiseWorld } from "./support/promise-world.ts";
import { progress, report } from "./support/report.ts";
import { openOracle } from "./support/routing-oracle.ts";
import { measureSimulation } from "./support/simulation-speed.ts";
import { openWorld } from "./support/routing-world.ts";

/** How quick and how good routing decisions are: the search alone, whole decisions, and plans against a reference solver. */
const { values: options } = parseArgs({ options: {
  json: { type: "boolean", default: false }, decisions: { type: "string", default: "5000" }, instances: { type: "string", default: "10000" },
  large: { type: "string", default: "60" }, simulated: { type: "string", default: "10000" }, seconds: { type: "string", default: "60" },
} });
const say = (name: string, value: number, unit: string, note: string): void => report(options.json, name, value, unit, null, note);
const PROGRESS_MS = 10_000;
const PROMISE_SECONDS = 20;

/** Times of many calls in microseconds, sorted; the first tenth, in which code is still being compiled, does not count. */
function timesOf(count: number, call: (n: number) => void): number[] {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const from = performance.now();
    call(n);
    if (n >= count / 10) times.push((performance.now() - from) * 1000);
  }
  return times.sort((a, b) => a - b);
}

function speed(): void {
  const count = Number(options.decisions);
  const requestFor = openWorld(100, 5, openPacking());
  const problems = Array.from({ length: 200 }, (_, seed) => {
    const request = requestFor(seed);
    const [rules] = request.rules ?? [];
    if (!rules) throw new Error("no rules");
    return openContest(request, request.demands, rules, []).problem;
  });
  const [first] = problems;
  if (!first) throw new Error("no problems");
  const search = timesOf(count, (n) => solveExact(problems[n % problems.length] ?? first));
  say("search_p50_us", percentile(search, 0.5), "us", "exact search, 5 lines, 100 nodes, 40 % of them with each item");
  say("search_p99_us", percentile(search, 0.99), "us", "good below 1,000, better below 200");
  const decision = timesOf(count, (n) => boundedDetail(decideRouting(requestFor(n)).detail));
  say("decision_p50_us", percentile(decision, 0.5), "us", "whole decision: two services, rates, boxes, calendars, explanation");
  say("decision_p99_us", percentile(decision, 0.99), "us", "good below 5,000, better below 2,000");
}

/** Random instances up to twelve lines, some with shared items, limited nodes, full nodes and weights that no tier takes. */
async function exactness(): Promise<void> {
  const oracle = await openOracle();
  const count = Number(options.instances);
  let [mismatches, said] = [0, performance.now()];
  for (let seed = 1; seed <= count; seed++) {
    const plain = randomProblem(seed, { demands: 1 + (seed % 12), nodes: 2 + (seed % 11), stocked: 0.3 + (seed % 4) * 0.15, shared: seed % 3 === 0, limited: seed % 4 === 0 });
    const problem = problemOf(plain);
    const worth = worthOf(problem, solveExact(problem));
    const reference = oracle(plain, Number(options.seconds));
    if (worth?.figures[0] !== reference.unplaced || worth.figures[1] !== reference.cost) {
      mismatches += 1;
      progress(`seed ${seed}: ${worth?.figures.join(" ")} against ${reference.unplaced} ${reference.cost}`);
    }
    if (performance.now() - said > PROGRESS_MS) {
      said = performance.now();
      progress(`${seed} of ${count} instances compared`);
    }
  }
  say("oracle_mismatches", mismatches, "of " + count, "against HiGHS, up to 12 lines: 0");
}

async function gap(): Promise<void> {
  const oracle = await openOracle();
  const count = Number(options.large);
  const gaps: number[] = [];
  const times: number[] = [];
  let said = performance.now();
  for (let seed = 1; seed <= count; seed++) {
    const plain = randomProblem(seed, { demands: 13 + (seed % 28), nodes: 5 + (seed % 30), stocked: 0.3 + (seed % 4) * 0.15, shared: seed % 3 === 0, limited: false });
    const problem = problemOf(plain);
    const from = performance.now();
    const worth = worthOf(problem, solve(problem).nodeOf);
    times.push(performance.now() - from);
    const reference = oracle(plain, Number(options.seconds));
    const [unplaced = 0, cost = 0] = worth?.figures ?? [];
    gaps.push(unplaced === reference.unplaced ? ((cost - reference.cost) / reference.cost) * 100 : 100);
    if (performance.now() - said > PROGRESS_MS) {
      said = performance.now();
      progress(`${seed} of ${count} large instances compared`);
    }
  }
  gaps.sort((a, b) => a - b);
  times.sort((a, b) => a - b);
  say("heuristic_gap_mean", gaps.reduce((sum, one) => sum + one, 0) / gaps.length, "%", "13 to 40 lines, to what HiGHS finds in the time: good up to 0.5, better up to 0.1");
  say("heuristic_gap_p99", percentile(gaps, 0.99), "%", "good up to 3");
  say("heuristic_p50_ms", percentile(times, 0.5), "ms", "time of one such search");
}

async function simulation(): Promise<void> {
  const count = Number(options.simulated);
  if (count === 0) return;
  const { ordersPerSecond, reproduced, moved, longestTurnMs } = await measureSimulation(count);
  say("simulate_orders_per_s", ordersPerSecond, "orders/s", `${count} orders by what held and by a draft (${moved} move): floor 1,000, goal 10,000`);
  say("simulate_reproduced", reproduced, `of ${count}`, "go where they went in fact");
  say("simulate_longest_turn_ms", longestTurnMs, "ms", "for which a simulation keeps its process to itself: good below 20");
}

/** Baskets of five lines and pages of 200 items over HTTP, asked one after the other of the real program. */
async function promises(): Promise<void> {
  await withPromiseWorld(500, async ({ client, skus }) => {
    let asked = 0;
    const ask = async (path: string, over: object): Promise<void> => {
      const n = asked++;
      const destination = { country: "DE", postcode: `${n % 8}${n % 10}115`, coordinates: { latitude: 47 + (n % 80) / 10, longitude: 6 + (n % 90) / 10 } };
      const reply = await client.request("POST", path, JSON.stringify({ channel: "web", destination, ...over }));
      if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${reply.body.slice(0, 300)}`);
    };
    const basket = (): object => ({ lines: Array.from({ length: 5 }, (_, line) => ({ sku: skus[(asked * 17 + line * 31) % skus.length], quantity: 1 + ((asked + line) % 3) })) });
    const single = await measure(1, PROMISE_SECONDS, () => ask("/v1/promises", basket()));
    say("promise_p50_ms", single.p50, "ms", "a basket of 5 lines, 500 nodes, two service levels, over HTTP");
    say("promise_p99_ms", single.p99, "ms", "good below 300, better below 50");
    const page = await measure(1, PROMISE_SECONDS, () => ask("/v1/promises/bulk", { items: skus.slice(0, 200).map((sku) => ({ sku, quantity: 1 })) }));
    say("promise_page_p50_ms", page.p50, "ms", "earliest dates of 200 items, 500 nodes, two service levels, over HTTP");
  });
}

speed();
await simulation();
await promises();
await exactness();
await gap();
