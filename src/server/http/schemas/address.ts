import { z } from "zod";
import { coordinates, countryCode, text } from "./fields.ts";

export const shipTo = z.strictObject({
  name: text(200).optional(), company: text(200).optional(), street: text(300).optional(), street2: text(300).optional(), city: text(200).optional(),
  region: text(100).optional(), postcode: text(40).optional(), country: countryCode, coordinates: coordinates.optional(),
});
export const billTo = z.strictObject({
  name: text(200).optional(), company: text(200).optional(), street: text(300).optional(), street2: text(300).optional(), city: text(200).optional(),
  region: text(100).optional(), postcode: text(40).optional(), country: countryCode.optional(),
});

/** Countries whose addresses have no postcode, or are commonly written without one (Universal Postal Union, 2024). */
const WITHOUT_POSTCODE: ReadonlySet<string> = new Set(
  ("AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK IE JM KI KM KN KP LC LY ML MO MR MW NR NU PA QA RW SB SC SL SO SR " +
    "SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW").split(" "),
);

/** What keeps a parcel from being addressed, as a sentence; null where nothing does, or where nothing is to be shipped. */
export function addressProblem(address: z.infer<typeof shipTo> | undefined): string | null {
  if (!address) return null;
  const missing = [
    ...(address.street === undefined ? ["a street"] : []), ...(address.city === undefined ? ["a city"] : []),
    ...(address.postcode === undefined && !WITHOUT_POSTCODE.has(address.country) ? ["a postcode"] : []),
  ];
  return missing.length === 0 ? null : `The shipping address lacks ${missing.join(" and ")}.`;
}
