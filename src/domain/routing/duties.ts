import type { Node } from "../catalog/index.ts";
import { currencyExponent } from "../kernel/index.ts";
import { type DeclaredGoods, dutyOn, territoryOf, toBase } from "../shipping/index.ts";
import { countryOf } from "./candidates.ts";
import type { Load } from "./problem.ts";
import { type Customs, type Demand, partValue, type RoutingRequest } from "./types.ts";

/** What is due where goods of a load come into the destination's customs territory. */
export interface DutyTable {
  /** Base micro-units; -1 where nobody has said what is due. */
  micros(load: Load): number;
  /** What is missing, in words. */
  missing(load: Load): string | null;
}

/** Duty on what the order's nodes send: the same for every node outside the destination's customs territory, so it is worked out once for each load. */
export class Duties {
  readonly #customs: Customs;
  readonly #country: string | null;
  readonly #demands: readonly Demand[];
  readonly #known = new Map<Load, number>();
  readonly #abroad: DutyTable;

  constructor({ destination }: RoutingRequest, customs: Customs, demands: readonly Demand[]) {
    this.#customs = customs;
    this.#country = destination?.country ?? null;
    this.#demands = demands;
    this.#abroad = { micros: (load) => this.#micros(load), missing: (load) => this.#outcome(load).missing };
  }

  /** What is due on goods of a node; null where they cross no border of customs. */
  of(node: Node): DutyTable | null {
    const from = countryOf(node);
    if (this.#country === null) return unknown("The destination has no country, so nobody can say what duty is due.");
    if (from === null) return unknown(`${node.code} has no country, so nobody can say what duty is due on what it sends to ${this.#country}.`);
    const { facts } = this.#customs;
    return territoryOf(from, facts) === territoryOf(this.#country, facts) ? null : this.#abroad;
  }

  #micros(load: Load): number {
    const known = this.#known.get(load);
    if (known !== undefined) return known;
    const { micros } = this.#outcome(load);
    this.#known.set(load, micros);
    return micros;
  }

  #outcome(load: Load): { readonly micros: number; readonly missing: string | null } {
    const { facts, exchangeRates, currency } = this.#customs;
    const territory = territoryOf(this.#country ?? "", facts);
    const table = facts.dutyRates.get(territory);
    if (load.members.length === 0) return { micros: 0, missing: null };
    if (!table) return { micros: -1, missing: `There are no duty rates for ${territory}.` };
    const rate = toBase(0, currency, exchangeRates);
    if (!rate.ok) return { micros: -1, missing: rate.refusal.detail };
    const duty = dutyOn(this.#declared(load), table, exchangeRates);
    return duty.ok ? { micros: duty.value, missing: null } : { micros: -1, missing: duty.refusal.detail };
  }

  #declared({ members }: Load): DeclaredGoods[] {
    const { currency, exchangeRates } = this.#customs;
    const perMinor = 10 ** (6 - (currencyExponent(currency) ?? 2));
    return members.flatMap((member) => {
      const demand = this.#demands[member];
      return (demand?.parts ?? []).map((part) => {
        const value = toBase(demand ? Math.round(partValue(demand, part) * demand.quantity * perMinor) : 0, currency, exchangeRates);
        return { item: part.item, quantity: part.perUnit * (demand?.quantity ?? 0), valueMicros: value.ok ? value.value : 0 };
      });
    });
  }
}

const unknown = (detail: string): DutyTable => ({ micros: ({ members }) => (members.length === 0 ? 0 : -1), missing: () => detail });
