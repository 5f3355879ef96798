import { compactPostcode } from "../../kernel/index.ts";
import { checkAddress, type NormalisedAddress, type PostalAddress } from "./check.ts";
import { countryCode } from "./country.ts";
import { type Geocode, type GeoPoint, locate, type Places } from "./geocode.ts";

/** What is known of the people of an order. It stands in an erasable row, and nowhere else. */
export type OrderContact = {
  readonly customer?: Customer | undefined;
  /** As it came. */
  readonly ship_to?: PostalAddress | undefined;
  readonly bill_to?: PostalAddress | undefined;
  readonly note?: string | undefined;
  readonly ship_to_normalised?: NormalisedAddress;
  readonly coordinates?: GeoPoint;
  /** Of the coordinates. */
  readonly geocode?: Geocode;
};

export type Customer = {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly locale?: string | undefined;
  readonly phone?: string | undefined;
  /** From where the order was placed. */
  readonly ip?: string | undefined;
  /** What the channel calls the customer, or one of our own ids. */
  readonly id?: string | undefined;
};

/** Where goods go, as far as routing and carriers ask: no street and nobody's name. What is not known is null. */
export interface Destination {
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** The part of an ISO 3166-2 code after the country where it is known here, otherwise as it came. */
  readonly region: string | null;
  /** Letters and digits only, in capitals. */
  readonly postcode: string | null;
}

/** An order's contact with its address normalised and placed. */
export interface SettledContact {
  readonly contact: OrderContact;
  readonly destination: Destination | null;
  readonly problem: string | null;
}

const GIVEN: Geocode = { source: "channel", precision: "exact" };

/** Normalises where an order goes to and finds the place of it; coordinates that came with the order are looked up nowhere. */
export function settleContact(contact: OrderContact, given: GeoPoint | null, places: Places | null): SettledContact {
  const { ship_to: shipTo } = contact;
  if (shipTo === undefined) return { contact, destination: destinationOf(given, {}), problem: null };
  const { normalised, problem } = checkAddress(shipTo);
  const found = given !== null ? { point: given, geocode: GIVEN } : places === null ? null : locate(normalised, places);
  // What an earlier look found is not kept; and the spread stands last, because every property behind one costs V8 a hidden class of its own.
  const { ship_to_normalised: _normalised, coordinates: _coordinates, geocode: _geocode, ...rest } = contact;
  const settled = { ship_to_normalised: normalised, ...rest };
  const destination = destinationOf(found?.point ?? null, normalised);
  return { contact: found === null ? settled : { coordinates: found.point, geocode: found.geocode, ...settled }, destination, problem };
}

/** The destination that a point and a normalised address make; null where they say nothing. */
export function destinationOf(point: GeoPoint | null, { country, region, postcode }: Pick<NormalisedAddress, "country" | "region" | "postcode">): Destination | null {
  const code = country === undefined ? null : countryCode(country);
  if (point === null && code === null && region === undefined && postcode === undefined) return null;
  return {
    latitude: point?.latitude ?? null, longitude: point?.longitude ?? null, country: code, region: region ?? null, postcode: postcode === undefined ? null : compactPostcode(postcode),
  };
}
