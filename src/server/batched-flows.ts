import { actOnOrders } from '../flows/act-on-orders.ts';
import { captureOrders } from '../flows/capture-orders.ts';
import { changeStock } from '../flows/change-stock.ts';
import { claimStock } from '../flows/claim-stock.ts';
import type { ChannelStore } from '../flows/channel-store.ts';
import { type MapVariant, mapVariants } from '../flows/map-variants.ts';
import type { Ambient, Answer, AnswerBody, Flow } from '../flows/ports.ts';
import { announceSupply, saveFacts } from '../flows/save-facts.ts';
import { saveShippingFacts } from '../flows/save-shipping-facts.ts';
import { savePriceLists, savePrices } from '../flows/save-prices.ts';
import { changeSupplyOrders } from '../flows/supply-orders.ts';
import { trialStore } from '../flows/trial.ts';
import { createBatcher } from './batcher.ts';
import type { Submit, SubmitFlows } from './http/app.ts';
import type { Metrics } from './metrics.ts';

export interface FlowOptions {
  readonly store: ChannelStore;
  readonly ambient: Ambient;
  readonly metrics: Metrics;
  readonly batchMax: number;
  readonly flights: number;
  readonly waitingMax: number;
  /** Told after each commit, so that what follows from it need not wait for a look. */
  readonly committed: () => void;
}

export interface BatchedFlows {
  readonly submit: SubmitFlows;
  /** A batcher of the same kind for a flow of another part; who needs to know of its commits is told by the flow. */
  open<C>(name: string, flow: Flow<C>): Submit<C>;
  /** Brings the figures of waiting commands up to date. */
  measure(): void;
}

/** One batcher for each flow, counted and timed. */
export function openFlows(options: FlowOptions): BatchedFlows {
  const waiting = new Map<string, () => number>();
  const open = <C>(name: string, flow: Flow<C>): ((tenantId: number, command: C) => Promise<Answer>) => {
    const batcher = createBatcher(measured(name, flow, options), options);
    waiting.set(name, batcher.waiting);
    return batcher.submit;
  };
  const trial = trialStore(options.store);
  const tried = <C>(name: string, flow: Flow<C>): ((tenantId: number, command: C) => Promise<Answer>) =>
    open(`${name}_trial`, (_store, ...call) => flow(trial, ...call));
  const submit: SubmitFlows = {
    capture: open('capture', counted(captureOrders, options.metrics)), act: open('act', actOnOrders), stock: open('stock', changeStock), claim: open('claim', claimStock),
    facts: open('facts', saveFacts), shippingFacts: open('shipping_facts', saveShippingFacts), supply: open('supply', announceSupply), supplyOrder: open('supply_order', changeSupplyOrders),
    mapVariant: (tenantId, command) => mapVariant(options, tenantId, command),
    priceLists: open('price_lists', (_store, ...call) => savePriceLists(options.store, ...call)), prices: open('prices', (_store, ...call) => savePrices(options.store, ...call)),
    trial: {
      capture: tried('capture', captureOrders), act: tried('act', actOnOrders), stock: tried('stock', changeStock), facts: tried('facts', saveFacts), shippingFacts: tried('shipping_facts', saveShippingFacts),
      prices: tried('prices', (_store, ...call) => savePrices(trial, ...call)), supplyOrder: tried('supply_order', changeSupplyOrders),
    },
  };
  return {
    submit,
    open(name, flow) {
      const batcher = createBatcher(measured(name, flow, { ...options, committed: () => {} }), options);
      waiting.set(name, batcher.waiting);
      return batcher.submit;
    },
    measure() {
      for (const [flow, count] of waiting) options.metrics.set('ordo_commands_waiting', { flow }, count());
    },
  };
}

/** People map variants one by one; nothing is gained by gathering them. */
async function mapVariant({ store, ambient, committed }: FlowOptions, tenantId: number, command: MapVariant): Promise<Answer> {
  const [answer] = await mapVariants(store, tenantId, [command], ambient);
  committed();
  if (answer === undefined) throw new Error('a command has an answer');
  return answer;
}

function measured<C>(name: string, flow: Flow<C>, { metrics, committed }: FlowOptions): Flow<C> {
  return async (store, tenantId, commands, ambient) => {
    const began = performance.now();
    const answers = await flow(store, tenantId, commands, ambient);
    metrics.observe('ordo_batch_seconds', { flow: name }, (performance.now() - began) / 1000);
    metrics.observe('ordo_batch_commands', { flow: name }, commands.length);
    committed();
    return answers;
  };
}

const heldBy = ({ holds }: AnswerBody): string[] => (Array.isArray(holds) ? holds.flatMap((hold: unknown) => (typeof hold === 'object' && hold !== null && 'kind' in hold ? [String(hold.kind)] : [])) : []);

function counted<C>(flow: Flow<C>, metrics: Metrics): Flow<C> {
  return async (...call) => {
    const answers = await flow(...call);
    for (const answer of answers) {
      if (!answer.ok) metrics.count('ordo_orders_refused_total', { code: answer.refusal.code });
      else if (answer.created && !answer.replayed) {
        metrics.count('ordo_orders_captured_total', {});
        for (const kind of heldBy(answer.body)) metrics.count('ordo_holds_at_capture_total', { kind });
      }
    }
    return answers;
  };
}
