import { DAY, HOUR, MINUTE } from '../../domain/kernel/index.ts';
import { actOnOrders } from '../../flows/act-on-orders.ts';
import { captureOrders } from '../../flows/capture-orders.ts';
import { changeStrategy } from '../../flows/change-strategy.ts';
import { changeStock, type StockCommand } from '../../flows/change-stock.ts';
import type { Ambient, Answer, CommandHead } from '../../flows/ports.ts';
import { type FactCommand, saveFacts } from '../../flows/save-facts.ts';
import { saveShippingFacts } from '../../flows/save-shipping-facts.ts';
import type { StrategyStore } from '../../flows/strategy-store.ts';
import { openPacking } from '../packing/index.ts';
import { createRules } from '../rules/index.ts';
import { DEMO_CHANNELS, DEMO_ITEMS, DEMO_NODES } from './catalogue.ts';
import { DEMO_PREFIX } from './prefix.ts';
import { orderSteps, PAST_PACE, shipmentSteps, stateOf, type Step } from './journey.ts';
import { bodyHashOf, createOrder, type Fate, fateOf, isDcOnly, isScarce, isSet, isStoreOnly } from './orders.ts';
import { createRandom } from './random.ts';
import { demoShipping } from './shipping.ts';
import { DEMO_GROUPS, DEMO_STRATEGY } from './strategy.ts';

export interface DemoDeps {
  readonly store: StrategyStore;
  readonly tenantId: number;
  readonly newId: () => string;
  readonly now: () => number;
}

export const SEEDED_ORDERS = 500;
const SEED = 20_240_229;
const PAST_MS = 14 * DAY;
/** Orders come in from their channels a few at a time. */
const ORDERS_PER_WINDOW = 4;

const externalIdOf = (index: number): string => `DEMO-${String(index + 1).padStart(4, '0')}`;

/**
 * Fills an empty system with two weeks of believable work, through the flows alone: the same seed gives the same orders.
 * Every command has a fixed key, so a seeding that was killed goes on where it was. Returns how many orders it knows,
 * 0 where the system is not empty and not a demonstration.
 */
export async function seedDemo(deps: DemoDeps): Promise<{ readonly orders: number; readonly done: boolean }> {
  const state = await stateOfSystem(deps);
  if (state !== 'to be seeded') return { orders: state === 'seeded' ? SEEDED_ORDERS : 0, done: false };
  // Whole hours: a start that is repeated a moment later tells the same story.
  const end = Math.floor(deps.now() / HOUR) * HOUR;
  const start = end - PAST_MS;
  let clock = start - HOUR;
  const ambient: Ambient = { now: () => clock, newId: deps.newId, tools: { rules: createRules(), pack: openPacking() } };
  await saveWorld(deps, ambient, end);
  await changeStock(deps.store, deps.tenantId, receipts(), ambient).then(demand);

  const waiting: Step[] = [];
  const windows = Math.ceil(SEEDED_ORDERS / ORDERS_PER_WINDOW);
  for (let window = 0; window < windows; window += 1) {
    const at = timeOfWindow(window, windows, start, end);
    clock = at;
    await takeSteps(deps, ambient, waiting, at);
    const indexes = Array.from({ length: Math.min(ORDERS_PER_WINDOW, SEEDED_ORDERS - window * ORDERS_PER_WINDOW) }, (_, n) => window * ORDERS_PER_WINDOW + n);
    // The last orders come last of all: once they are there, so is everything else.
    if (window === windows - 1) {
      clock = end;
      await takeSteps(deps, ambient, waiting, end);
    }
    waiting.push(...await capture(deps, ambient, indexes, at));
  }
  return { orders: SEEDED_ORDERS, done: true };
}

/** Nobody's data is ever mixed with a demonstration: it needs a system without channels, or one of its own to go on with. */
async function stateOfSystem({ store, tenantId, now }: DemoDeps): Promise<'to be seeded' | 'seeded' | 'in use'> {
  return store.transact(tenantId, async (tx) => {
    const channels = await tx.loadChannels(now());
    if (channels.some((channel) => !channel.code.startsWith(DEMO_PREFIX))) return 'in use';
    const last = externalIdOf(SEEDED_ORDERS - 1);
    const known = await tx.loadKnownOrders(channels.map((channel) => ({ channelId: channel.id, externalId: last })));
    return known.size > 0 ? 'seeded' : 'to be seeded';
  });
}

function demand(answers: readonly Answer[]): void {
  const refused = answers.find((answer) => !answer.ok);
  if (refused && !refused.ok) throw new Error(`the demonstration was refused: ${refused.refusal.detail}`);
}

const headOf = (kind: string, code: string): CommandHead => ({ idempotencyKey: `demo/${kind}/${code}`, bodyHash: bodyHashOf(code), actor: 'demo' });

/** What is there before the first order: calendars and a carrier, goods and places, and then the strategy that names them and the channels that go by it. */
async function saveWorld({ store, tenantId }: DemoDeps, ambient: Ambient, today: number): Promise<void> {
  const validFrom = ambient.now();
  const save = (commands: readonly FactCommand[]): Promise<void> => saveFacts(store, tenantId, commands, ambient).then(demand);
  await saveShippingFacts(store, tenantId, demoShipping(today).map((fact) => ({ ...headOf(fact.kind, fact.code), action: 'save' as const, fact, validFrom })), ambient).then(demand);
  await save([
    ...DEMO_ITEMS.map(({ item }) => ({ ...headOf('fact', item.sku), validFrom, type: 'item' as const, fact: item })),
    ...DEMO_NODES.map((fact) => ({ ...headOf('fact', fact.code), validFrom, type: 'node' as const, fact })),
  ]);
  const strategy = { code: DEMO_STRATEGY, expectedRevision: null, note: 'As the demonstration begins.' };
  for (const command of [{ type: 'draft' as const, name: 'Least cost in time', groups: DEMO_GROUPS }, { type: 'publish' as const, version: null, validFrom: null }]) {
    demand([await changeStrategy(store, createRules(), tenantId, { ...headOf('strategy', command.type), ...strategy, ...command }, ambient)]);
  }
  await save(DEMO_CHANNELS.map((fact) => ({ ...headOf('fact', fact.code), validFrom, type: 'channel' as const, fact })));
}

/** Plenty in the two warehouses, a few of some things in each store. */
function receipts(): StockCommand[] {
  const random = createRandom(SEED);
  return DEMO_ITEMS.filter((one) => !isSet(one)).flatMap((one) => DEMO_NODES.flatMap((node): StockCommand[] => {
    const store = node.kind === 'store';
    const ordinary = store ? (random.chance(0.5) ? random.between(2, 14) : 0) : random.between(30, 120);
    const special = isScarce(one) ? 0 : isDcOnly(one) ? (node.kind === 'dc' ? 200 : 0) : isStoreOnly(one) ? (node.code === 'berlin' ? 90 : 0) : ordinary;
    const allowed = node.itemClasses === null || node.itemClasses.includes(one.item.handlingClass);
    return special > 0 && allowed ? [receipt(one.item.sku, node.code, special, `demo/receipt/${one.item.sku}/${node.code}`)] : [];
  }));
}

export const receipt = (sku: string, node: string, quantity: number, key: string): StockCommand => ({
  idempotencyKey: key, bodyHash: bodyHashOf(key), actor: 'demo', occurredAt: null,
  change: { type: 'receive', sku, node, owner: '', condition: 'A', quantity, supplyId: null, unitCostMicros: null },
});

/** More by day than by night, and each window at its own minute. */
function timeOfWindow(window: number, windows: number, start: number, end: number): number {
  const even = start + ((end - 20 * MINUTE - start) * window) / (windows - 1);
  const hour = new Date(even).getUTCHours();
  const night = hour >= 22 || hour < 5;
  return Math.min(end - 20 * MINUTE, Math.round(even + (night ? 0.35 : 0) * HOUR));
}

async function capture(deps: DemoDeps, ambient: Ambient, indexes: readonly number[], at: number): Promise<Step[]> {
  const orders = indexes.map((index) => createOrder(externalIdOf(index), at - (indexes.length - (index % indexes.length)) * MINUTE, fateOf(index), createRandom(SEED + index)));
  const answers = await captureOrders(deps.store, deps.tenantId, orders, ambient);
  demand(answers);
  return answers.flatMap((answer, place) => {
    const index = indexes[place] ?? 0;
    const state = answer.ok ? stateOf(answer.body) : null;
    if (state === null) return [];
    const automatic = orders[place]?.channel === `${DEMO_PREFIX}web` || index % 3 > 0;
    const random = createRandom(SEED * 2 + index);
    const fate = fateOf(index);
    return [
      ...orderSteps(index, state.orderId, at, fate),
      ...(automatic ? state.shipments.flatMap(({ shipmentNo }) => shipmentSteps(index, state.orderId, shipmentNo, at + releaseDelay(fate), fate, true, PAST_PACE, random)) : []),
    ];
  });
}

/** Whoever cancels does so before the node is told. */
const releaseDelay = (fate: Fate): number => (fate === 'cancelled' || fate === 'partly_cancelled' || fate === 'held_by_hand' ? 15 * MINUTE : 0);

/** Does what is due, oldest first, in one commit; what had to be sent elsewhere goes its way from there. */
async function takeSteps(deps: DemoDeps, ambient: Ambient, waiting: Step[], now: number): Promise<void> {
  for (let due = takeDue(waiting, now); due.length > 0; due = takeDue(waiting, now)) {
    const answers = await actOnOrders(deps.store, deps.tenantId, due.map((step) => step.command), ambient);
    answers.forEach((answer, place) => {
      const step = due[place];
      const { action } = step?.command ?? {};
      if (step === undefined || !answer.ok || (action?.type !== 'reject' && action?.type !== 'pick')) return;
      const state = stateOf(answer.body);
      const detour = state?.shipments.find(({ shipmentNo, planned }) => planned && shipmentNo > 1);
      if (state === null || detour === undefined || fateOf(step.index) === 'split') return;
      waiting.push(...shipmentSteps(step.index, state.orderId, detour.shipmentNo, step.at, 'plain', true, PAST_PACE, createRandom(SEED * 3 + step.index)));
    });
  }
}

function takeDue(waiting: Step[], now: number): Step[] {
  const due = waiting.filter((step) => step.at <= now).toSorted((a, b) => a.at - b.at);
  const later = waiting.filter((step) => step.at > now);
  waiting.splice(0, waiting.length, ...later);
  return due;
}
