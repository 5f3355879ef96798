import { z } from "zod";
import { coordinates, text } from "./fields.ts";

/** A code of two or three letters, or a name. What is no country holds the order, like everything else that is wrong with an address. */
const country = text(100);

export const shipTo = z.strictObject({
  name: text(200).optional(), company: text(200).optional(), street: text(300).optional(), street2: text(300).optional(), city: text(200).optional(),
  region: text(100).optional(), postcode: text(40).optional(), country: country.optional(), coordinates: coordinates.optional(),
});
export const billTo = z.strictObject({
  name: text(200).optional(), company: text(200).optional(), street: text(300).optional(), street2: text(300).optional(), city: text(200).optional(),
  region: text(100).optional(), postcode: text(40).optional(), country: country.optional(),
});
