import { compactPostcode } from "../kernel/index.ts";
import type { CarrierService, Lane, Place, PostcodeRange } from "./types.ts";

/** The node that goods start from, as far as lanes ask. */
export interface Origin {
  readonly code: string;
  /** ISO 3166-1 alpha-2; null where it is not known. */
  readonly country: string | null;
}

/** Compared as text of the shorter's length: "10" to "12" takes 10115 and 12999; a half-known "1" is taken too. */
export const inPostcodes = (ranges: readonly PostcodeRange[], postcode: string): boolean => ranges.some(({ from, to }) => within(postcode, from, to));

const within = (postcode: string, from: string, to: string): boolean =>
  postcode.slice(0, from.length) >= from.slice(0, postcode.length) && postcode.slice(0, to.length) <= to.slice(0, postcode.length);

/** The more particular first: named nodes, then named countries, then everywhere; of equals the one with postcodes. */
const particularity = ({ fromNodes, fromCountries, toPostcodes }: Lane): number =>
  (fromNodes !== null ? 4 : fromCountries !== null ? 2 : 0) + (toPostcodes !== null ? 1 : 0);

/** Lanes by destination country, the most particular first; a service is read anew as rarely as facts change. */
const sorted = new WeakMap<readonly Lane[], ReadonlyMap<string, readonly Lane[]>>();

function lanesByCountry(lanes: readonly Lane[]): ReadonlyMap<string, readonly Lane[]> {
  const known = sorted.get(lanes);
  if (known) return known;
  const byCountry = new Map<string, Lane[]>();
  for (const lane of [...lanes].sort((a, b) => particularity(b) - particularity(a))) {
    const of = byCountry.get(lane.toCountry);
    if (of) of.push(lane);
    else byCountry.set(lane.toCountry, [lane]);
  }
  sorted.set(lanes, byCountry);
  return byCountry;
}

const startsAt = ({ fromNodes, fromCountries }: Lane, { code, country }: Origin): boolean =>
  (fromNodes === null || fromNodes.includes(code)) && (fromCountries === null || (country !== null && fromCountries.includes(country)));

/**
 * The lane by which a service goes from a node to a place, null where it does not: the most particular of those that
 * fit, a node's own before its country's before one from anywhere, postcodes before the whole country. Without a
 * postcode only lanes of whole countries fit.
 */
export const laneOf = (service: Pick<CarrierService, "lanes">, node: Origin, to: Pick<Place, "country" | "postcode">): Lane | null => lanesTo(service, to)(node);

/** The same for many nodes of one order: the place is looked up once. */
export function lanesTo({ lanes }: Pick<CarrierService, "lanes">, to: Pick<Place, "country" | "postcode">): (node: Origin) => Lane | null {
  const candidates = to.country === null ? [] : lanesByCountry(lanes).get(to.country) ?? [];
  const postcode = to.postcode === null ? "" : compactPostcode(to.postcode);
  const leading = candidates.filter(({ toPostcodes }) => toPostcodes === null || (postcode !== "" && inPostcodes(toPostcodes, postcode)));
  return (node) => leading.find((lane) => startsAt(lane, node)) ?? null;
}

export interface LaneOverlap {
  /** Places in the service's list of lanes, the earlier first. */
  readonly first: number;
  readonly second: number;
  /** A place that both take, in words: "DE 10115". */
  readonly place: string;
}

/** Pairs of lanes that are equally particular and take goods from a common start to a common place: nobody could say which counts. */
export function overlappingLanes({ lanes }: Pick<CarrierService, "lanes">): readonly LaneOverlap[] {
  const found: LaneOverlap[] = [];
  lanes.forEach((lane, first) => {
    for (let second = first + 1; second < lanes.length; second++) {
      const other = lanes[second];
      const place = other ? commonPlace(lane, other) : null;
      if (place !== null) found.push({ first, second, place });
    }
  });
  return found;
}

function commonPlace(a: Lane, b: Lane): string | null {
  if (a.toCountry !== b.toCountry || particularity(a) !== particularity(b)) return null;
  if (!meet(a.fromNodes, b.fromNodes) || !meet(a.fromCountries, b.fromCountries)) return null;
  if (a.toPostcodes === null || b.toPostcodes === null) return a.toCountry;
  for (const one of a.toPostcodes) {
    for (const other of b.toPostcodes) {
      // The later of two beginnings is the first postcode that can be in both.
      const postcode = one.from > other.from ? one.from : other.from;
      if (within(postcode, one.from, one.to) && within(postcode, other.from, other.to)) return `${a.toCountry} ${postcode}`;
    }
  }
  return null;
}

/** Null means every one. */
const meet = (a: readonly string[] | null, b: readonly string[] | null): boolean => a === null || b === null || a.some((one) => b.includes(one));
