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
