import { compactPostcode } from "../../kernel/index.ts";
import type { NormalisedAddress } from "./check.ts";
import { foldName } from "./text.ts";

/** Degrees north and east, WGS 84. */
export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
}

/** Finds a place by a key of `postcodeKeys` or `townKey`; null where it knows none. */
export type FindPlace = (key: string) => GeoPoint | null;

/** What is known of places: the operator's own file goes first. Both are in memory. */
export interface Places {
  readonly operator: FindPlace | null;
  readonly builtIn: FindPlace;
}

/** Where coordinates come from, and how near the door they are. */
export interface Geocode {
  readonly source: "channel" | "operator" | "built_in";
  readonly precision: "exact" | "postcode" | "town";
}

/** How a country's postcode is cut down to the area that centroids are known of: characters kept, or cut off the end where negative. */
const AREAS: Readonly<Record<string, number>> = { US: 5, CA: 3, GB: -3, IE: 3, NL: 4, PT: 4, BR: 5 };

/** Keys of a postcode, the most exact first. */
export function postcodeKeys(country: string, postcode: string): string[] {
  const compact = compactPostcode(postcode);
  const area = AREAS[country];
  const cut = area === undefined ? compact : compact.slice(0, area);
  return compact === "" ? [] : [...new Set([compact, cut])].map((code) => `${country}#${code}`);
}

export const townKey = (country: string, town: string): string => `${country} ${foldName(town)}`;

/** The place of a normalised address, by postcode and else by town, the operator's own file before what is built in; null where nobody knows. */
export function locate(address: NormalisedAddress, places: Places): { readonly point: GeoPoint; readonly geocode: Geocode } | null {
  const { country, postcode, city } = address;
  if (country === undefined) return null;
  const keys = postcode === undefined ? [] : postcodeKeys(country, postcode);
  const town = city === undefined ? [] : [townKey(country, city)];
  for (const source of ["operator", "built_in"] as const) {
    const find = source === "operator" ? places.operator : places.builtIn;
    if (find === null) continue;
    for (const [precision, named] of [["postcode", keys], ["town", town]] as const) {
      for (const key of named) {
        const point = find(key);
        if (point) return { point, geocode: { source, precision } };
      }
    }
  }
  return null;
}
