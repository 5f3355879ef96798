import type { Item, Node } from "../domain/catalog/index.ts";
import type { RoutingTools, SourcingFacts } from "../domain/fulfillment/index.ts";
import { type Instant, present } from "../domain/kernel/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { FactsThen, ItemThen, Past } from "./past.ts";

/** A strategy that decides in place of the one that did: for the channels that had one of its code, or for one channel. */
export interface Substitute {
  readonly strategy: Strategy;
  readonly channelId: string | null;
}

/** What held from one instant up to, and without, another. */
interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
  readonly facts: FactsThen;
}

/** Facts as they held, each stretch of time loaded when the log comes to it. */
export class FactsOverTime {
  readonly #past: Pick<Past, "facts">;
  readonly #tenantId: number;
  readonly #starts: readonly Instant[];
  readonly #items: ReadonlyMap<string, readonly ItemThen[]>;
  #loaded: readonly Stretch[] = [];

  constructor(past: Pick<Past, "facts">, tenantId: number, starts: readonly Instant[], items: ReadonlyMap<string, readonly ItemThen[]>) {
    this.#past = past;
    this.#tenantId = tenantId;
    this.#starts = starts;
    this.#items = items;
  }

  /** What holds at these instants, and nothing else, is there afterwards: facts of a big tenant are big. */
  async load(...instants: readonly Instant[]): Promise<void> {
    if (instants.every((at) => this.#stretch(at) !== undefined)) return;
    const wanted: Stretch[] = [];
    for (const at of instants) {
      if (wanted.some((stretch) => covers(stretch, at))) continue;
      const n = Math.max(0, this.#starts.findLastIndex((start) => start <= at));
      const start = present(this.#starts[n], "start");
      wanted.push(this.#stretch(at) ?? { from: n === 0 ? -Infinity : start, until: this.#starts[n + 1] ?? Infinity, facts: await this.#past.facts(this.#tenantId, start) });
    }
    this.#loaded = wanted;
  }

  #stretch(at: Instant): Stretch | undefined {
    return this.#loaded.find((stretch) => covers(stretch, at));
  }

  at(now: Instant): FactsThen {
    return present(this.#stretch(now), "facts").facts;
  }

  /** An item as it was; the nearest version where none was valid then. */
  item(id: string, now: Instant): Item {
    const versions = present(this.#items.get(id), "item");
    const found = versions.length === 1 ? versions[0] : (versions.findLast(({ validFrom }) => validFrom <= now) ?? versions[0]);
    return present(found, "item").item;
  }

  nodes(now: Instant): readonly Node[] {
    return this.at(now).nodes;
  }

  /** What decisions of one world read. */
  sourcing(tools: RoutingTools, backlog: (nodeId: string) => number, substitute: Substitute | null): (now: Instant, channelId: string) => SourcingFacts {
    const known = new Map<string, Omit<SourcingFacts, "item">>();
    let stretch: FactsThen | null = null;
    return (now, channelId) => {
      const facts = this.at(now);
      if (facts !== stretch) known.clear();
      stretch = facts;
      let one = known.get(channelId);
      if (one === undefined) {
        const found = present(stretch.channels.find(({ id }) => id === channelId), "channel");
        const replaces = substitute !== null && (substitute.channelId === null ? found.strategy === substitute.strategy.code : substitute.channelId === channelId);
        const channel = replaces ? { ...found, strategy: substitute.strategy.code } : found;
        const strategies = substitute === null ? stretch.strategies : new Map([...stretch.strategies, [substitute.strategy.code, substitute.strategy]]);
        known.set(channelId, (one = { channel, nodes: stretch.nodes, shipping: stretch.shipping, strategies, tools, backlog }));
      }
      return { ...one, item: (id) => this.item(id, now) };
    };
  }
}

const covers = ({ from, until }: Stretch, at: Instant): boolean => from <= at && at < until;
