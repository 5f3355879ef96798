import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Session, statement } from '../database.ts';
import { type CheckReport, type Difference, type Figure, Findings } from './checks.ts';
import { drawSeed, INVOICE_NUMBERS, screenInvoices } from './invoice-checks.ts';
import { COUNTER_CHECKS, RANGE_CHECKS, type RangeCheck } from './order-checks.ts';
import { ORPHAN_CHECKS } from './orphan-checks.ts';
import { answerRanges, movementRanges, orderRanges, type Range } from './ranges.ts';
import { checkReports } from './report-check.ts';
import { drawWeights, screenCounters, type Weights } from './screen.ts';
import { Snapshot } from './snapshot.ts';
import { checkStatuses } from './status-check.ts';
import { compareTallies, newTallies, type Tallies, tallyOrders, tallyStock } from './tallies.ts';
import { countPositions, findGaps, findOutside, LEDGER_CHECKS, readCounter, WHOLE_CHECKS } from './whole-checks.ts';

export { CHECKS, type CheckName, type CheckReport, type Difference } from './checks.ts';

export interface VerifyOptions {
  /** Small steps on one connection with pauses, so that live work beside it keeps three quarters of a core. */
  readonly throttle?: boolean;
  /** Differences named per check at most. */
  readonly limit?: number;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

export interface VerifyProgress {
  readonly step: number;
  readonly steps: number;
  readonly what: string;
}

export interface Verification {
  readonly clean: boolean;
  readonly examined: number;
  readonly differences: number;
  readonly milliseconds: number;
  readonly checks: readonly CheckReport[];
}

/** Orders, events, or blocks of a table, per step. Larger ones cost memory, smaller ones the planning of more statements. */
const STEP = { orders: 20_000, tally: 250_000, positions: 1_000_000, blocks: 20_000 };
const GENTLE_STEP = { orders: 2_000, tally: 5_000, positions: 50_000, blocks: 400 };
const LANES = 2;
/** A gentle verification rests three times as long as it worked. */
const REST_FACTOR = 3;
const LONGEST_REST_MS = 2_000;

interface Task {
  readonly what: string;
  readonly run: (session: Session) => Promise<void>;
}

/**
 * Recomputes every counter of a tenant from its ledgers, in one snapshot: what it finds is true of one moment, however
 * long it takes. `pool` belongs to the runtime role and needs two free connections. Reads only.
 */
export async function verifyTenant(pool: pg.Pool, tenantId: number, options: VerifyOptions = {}): Promise<Verification> {
  const { throttle = false, limit = 20 } = options;
  const began = performance.now();
  const findings = new Findings(limit);
  const tallies = newTallies();
  const snapshot = await Snapshot.open(pool, tenantId, throttle ? 1 : LANES);
  try {
    const [first] = snapshot.sessions;
    if (first === undefined) throw new Error('a snapshot has a session');
    const tasks = await planTasks(first, findings, tallies, throttle ? GENTLE_STEP : STEP);
    let step = 0;
    const steps = tasks.length + 1;
    const report = (what: string): void => options.onProgress?.({ step: (step += 1), steps, what });
    await Promise.all(snapshot.sessions.map((session) => work(session, tasks, report, throttle)));
    report('sums');
    await compareTallies(first, tallies, findings);
  } finally {
    await snapshot.close();
  }
  const checks = findings.reports();
  const differences = checks.reduce((sum, check) => sum + check.differences, 0);
  return {
    clean: differences === 0, examined: checks.reduce((sum, check) => sum + check.examined, 0), differences,
    milliseconds: Math.round(performance.now() - began), checks,
  };
}

/** One lane: takes the next task until there is none. A failure of one lane empties the list for the other. */
async function work(session: Session, tasks: Task[], report: (what: string) => void, throttle: boolean): Promise<void> {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const began = performance.now();
    try {
      await task.run(session);
    } catch (error) {
      tasks.length = 0;
      throw error;
    }
    report(task.what);
    if (throttle) await sleep(Math.min(LONGEST_REST_MS, (performance.now() - began) * REST_FACTOR));
  }
}

async function planTasks(session: Session, findings: Findings, tallies: Tallies, step: typeof STEP): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const one of [...WHOLE_CHECKS, INVOICE_NUMBERS]) {
    tasks.push({ what: one.check.replaceAll('_', ' '), run: async (lane) => record(findings, { ...one, columns: [] }, await lane.rows<Found>(one.statement, [findings.limit])) });
  }
  for (const range of await movementRanges(session, step.blocks)) {
    tasks.push({ what: 'stock movements', run: async (lane) => {
      await tallyStock(lane, range, tallies);
      await checkRange(lane, { ...LEDGER_CHECKS.stockEvents, columns: [] }, range, findings);
    } });
  }
  for (const range of await answerRanges(session, step.blocks)) {
    tasks.push({ what: 'remembered answers', run: async (lane) => {
      await lane.run(LOOPS, []);
      await checkRange(lane, { ...LEDGER_CHECKS.answers, columns: [] }, range, findings);
      await lane.run(NO_LOOPS, []);
    } });
  }
  tasks.push({ what: 'report sums', run: (lane) => checkReports(lane, findings) });
  const counter = await readCounter(session);
  for (let after = 0; after < counter; after += step.positions) {
    tasks.push({ what: 'events', run: (lane) => checkPositions(lane, after, Math.min(counter, after + step.positions), findings) });
  }
  tasks.push({ what: 'events', run: (lane) => checkOutside(lane, counter, findings) });
  for (const range of await orderRanges(session, step.tally)) tasks.push({ what: 'claims and demand', run: (lane) => tallyOrders(lane, range, tallies) });
  const weights = drawWeights();
  const seed = drawSeed();
  for (const range of await orderRanges(session, step.orders)) tasks.push({ what: 'orders', run: (lane) => checkOrders(lane, range, weights, seed, findings) });
  return tasks;
}

/** A few answers are looked up one by one; many are joined. */
const LOOPS = statement('verify_loops', `select set_config('enable_nestloop', 'on', true)`);
const NO_LOOPS = statement('verify_no_loops', `select set_config('enable_nestloop', 'off', true)`);

/** Tables of orders lie in the order of their keys, so merging them beats hashing by half. */
async function checkOrders(session: Session, range: Range, weights: Weights, seed: number, findings: Findings): Promise<void> {
  await session.run(MERGE, []);
  await checkCounters(session, range, weights, findings);
  for (const check of [...await screenInvoices(session, range, seed, findings), ...RANGE_CHECKS, ...ORPHAN_CHECKS]) await checkRange(session, check, range, findings);
  await session.run(HASH, []);
  await checkStatuses(session, range, findings);
}

/** Only where the screening finds that something differs is it worth the sums that name it. */
async function checkCounters(session: Session, range: Range, weights: Weights, findings: Findings): Promise<void> {
  const screened = await screenCounters(session, range, weights);
  for (const check of COUNTER_CHECKS) {
    if (screened.agree) findings.add(check.check, check.examined.reduce((sum, rows) => sum + screened[rows], 0), 0, []);
    else await checkRange(session, check, range, findings);
  }
}

const MERGE = statement('verify_merge', `select set_config('enable_hashagg', 'off', true), set_config('enable_hashjoin', 'off', true)`);
const HASH = statement('verify_hash', `select set_config('enable_hashagg', 'on', true), set_config('enable_hashjoin', 'on', true)`);

interface Sample { readonly what?: string; readonly key: string; readonly stored: Figure | readonly number[]; readonly recomputed: Figure | readonly number[] }
interface Found { readonly examined: number; readonly differences: number; readonly samples: readonly Sample[] }

async function checkRange(session: Session, check: RangeCheck, range: Range, findings: Findings): Promise<void> {
  record(findings, check, await session.rows<Found>(check.statement, [...range, findings.limit]));
}

function record(findings: Findings, { check, columns }: RangeCheck, rows: readonly Found[]): void {
  for (const { examined, differences, samples } of rows) findings.add(check, examined, differences, samples.flatMap((sample) => explain(sample, columns)));
}

/** A row's figures as one difference per column that differs. A missing row counts nothing. */
function explain({ what, key, stored, recomputed }: Sample, columns: readonly string[]): Difference[] {
  if (!isFigures(stored) && !isFigures(recomputed)) return [{ what: what ?? '', key, stored, recomputed }];
  const [before, after] = [isFigures(stored) ? stored : null, isFigures(recomputed) ? recomputed : null];
  const found = columns.flatMap((column, index): Difference[] => {
    const difference = { what: column, key, stored: before?.[index] ?? null, recomputed: after?.[index] ?? null };
    return (difference.stored ?? 0) === (difference.recomputed ?? 0) ? [] : [difference];
  });
  const table = columns[0]?.split('.')[0] ?? '';
  return found.length > 0 ? found : [{ what: table, key, stored: before && 'present', recomputed: after && 'present' }];
}

const isFigures = (value: Figure | readonly number[]): value is readonly number[] => Array.isArray(value);

async function checkPositions(session: Session, after: number, upTo: number, findings: Findings): Promise<void> {
  const found = await countPositions(session, after, upTo);
  const missing = upTo - after - found;
  const gaps = missing === 0 ? [] : await findGaps(session, after, upTo, findings.limit);
  findings.add('event_positions', found, missing, gaps.map((position) => ({ what: 'event.position', key: `position ${position}`, stored: null, recomputed: position })));
}

async function checkOutside(session: Session, counter: number, findings: Findings): Promise<void> {
  const outside = await findOutside(session, counter, findings.limit);
  findings.add('event_positions', 0, outside.length, outside.map((position) => ({ what: 'event_counter.position', key: `event at position ${position}`, stored: counter, recomputed: position })));
}
