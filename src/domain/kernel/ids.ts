/** Public ids are a prefix and the 32 hex digits of a UUID (version 7, so they sort by time): ord_0192… */
export const ID_PREFIXES = { order: "ord", item: "itm", node: "nod", channel: "chn", claim: "clm", supply: "sup", supplyOrder: "spo", priceList: "prl", event: "evt", exception: "exc", webhook: "whk", delivery: "dlv", parked: "prk", key: "key", connection: "con", message: "msg", call: "cal", job: "job", mail: "mal", invoice: "inv", sweep: "swp", closure: "clo", simulation: "sim", user: "usr", session: "ses", passkey: "psk", view: "viw", note: "nte", orderAction: "act", customer: "cus", consent: "cst", draft: "drf", reportSchedule: "rsc" } as const;
export type IdKind = keyof typeof ID_PREFIXES;

export const publicId = (kind: IdKind, uuid: string): string => `${ID_PREFIXES[kind]}_${uuid.replaceAll("-", "")}`;

/**
 * What actors begin with who are people: the log names people and keys by their public ids, and parts of the program by plain names. What
 * rests on it, as that only a person takes something back, asks isPerson; statements that need it are given the prefix.
 */
export const PERSON_PREFIX = `${ID_PREFIXES.user}_`;
export const isPerson = (actor: string): boolean => actor.startsWith(PERSON_PREFIX);

const HEX32 = /^[0-9a-f]{32}$/;

/** The UUID behind a public id, or undefined where the text is not one of that kind. */
export function parsePublicId(kind: IdKind, text: string): string | undefined {
  const prefix = `${ID_PREFIXES[kind]}_`;
  const hex = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !HEX32.test(hex)) return undefined;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A shipment is the n-th of its order: shp_<order hex>_<n>. */
export const shipmentId = (orderId: string, shipmentNo: number): string => `shp_${orderId.replaceAll("-", "")}_${shipmentNo}`;

export function parseShipmentId(text: string): { orderId: string; shipmentNo: number } | undefined {
  const match = /^shp_([0-9a-f]{32})_([1-9]\d{0,3})$/.exec(text);
  if (!match) return undefined;
  const orderId = parsePublicId("order", `ord_${match[1]}`);
  return orderId === undefined ? undefined : { orderId, shipmentNo: Number(match[2]) };
}
