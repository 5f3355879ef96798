import { checkAddress, type NormalisedAddress, type PostalAddress } from "./check.ts";
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
};

/** An order's contact with its address normalised and placed. */
export interface SettledContact {
  readonly contact: OrderContact;
  readonly destination: GeoPoint | null;
  readonly problem: string | null;
}

const GIVEN: Geocode = { source: "channel", precision: "exact" };

/** Normalises where an order goes to and finds the place of it; coordinates that came with the order are looked up nowhere. */
export function settleContact(contact: OrderContact, given: GeoPoint | null, places: Places | null): SettledContact {
  const { ship_to: shipTo } = contact;
  if (shipTo === undefined) return { contact, destination: given, problem: null };
  const { normalised, problem } = checkAddress(shipTo);
  const found = given !== null ? { point: given, geocode: GIVEN } : places === null ? null : locate(normalised, places);
  const settled = { ...contact, ship_to_normalised: normalised };
  return { contact: found === null ? settled : { ...settled, coordinates: found.point, geocode: found.geocode }, destination: found?.point ?? null, problem };
}
