/** What decides whether a parcel can be addressed. `country` is ISO 3166 alpha-2. */
export interface ShippingAddress {
  readonly street?: string | undefined;
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  readonly country?: string | undefined;
}

/** Countries whose addresses have no postcode, or are commonly written without one (Universal Postal Union, 2024). */
const WITHOUT_POSTCODE: ReadonlySet<string> = new Set(
  ("AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK IE JM KI KM KN KP LC LY ML MO MR MW NR NU PA QA RW SB SC SL SO SR " +
    "SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW").split(" "),
);

/** What keeps a parcel from being addressed, as a sentence; null where nothing does, or where nothing is to be shipped. */
export function addressProblem(address: ShippingAddress | null | undefined): string | null {
  if (!address) return null;
  const { country } = address;
  const missing = [
    ...(address.street === undefined ? ["a street"] : []), ...(address.city === undefined ? ["a city"] : []),
    ...(address.postcode === undefined && !(country !== undefined && WITHOUT_POSTCODE.has(country)) ? ["a postcode"] : []),
    ...(country === undefined ? ["a country"] : []),
  ];
  return missing.length === 0 ? null : `The shipping address lacks ${missing.join(" and ")}.`;
}
