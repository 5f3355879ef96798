import { z } from "zod";
import { isTimeZone, MINOR_MAX, QUANTITY_MAX, type RefusalCode } from "../../../domain/kernel/index.ts";

/** An issue with a refusal code of its own; see validation.ts. */
export const withCode = (code: RefusalCode, message: string): { code: "custom"; message: string; params: { code: RefusalCode } } => ({ code: "custom", message, params: { code } });

/** Adds an issue for every value whose key stood in the list before. */
export const unique = <T>(values: readonly T[], key: (value: T) => unknown, context: z.core.$RefinementCtx, path: string): void => {
  const seen = new Set<unknown>();
  values.forEach((value, index) => {
    if (seen.has(key(value))) context.addIssue({ ...withCode("DUPLICATE_VALUE", `"${String(key(value))}" stands here twice.`), path: [path, index] });
    seen.add(key(value));
  });
};

export const text = (most: number): z.ZodString => z.string().min(1).max(most);
export const codeText = text(100);
export const skuText = text(200);
export const reasonText = text(500);

/** Whole minor units of a currency, zero or more. */
export const minorUnits = z.int().min(0).max(MINOR_MAX);
/** Whole minor units that may be negative. */
export const signedMinorUnits = z.int().min(-MINOR_MAX).max(MINOR_MAX);
/** Counted units (10^-quantity_scale of the item's base unit). */
export const countedUnits = z.int().min(1).max(QUANTITY_MAX);
/** The components of kits are lines too, numbered after those that were ordered. */
export const lineNumber = z.int().min(1).max(32_767);
/** As many lines as an order with kits may have, named at once. */
export const NAMED_LINES_MAX = 6_000;

/**
 * A decimal as text or as a JSON number; the caller's digits are kept. A number that JSON readers cannot hold exactly
 * (beyond 2^53, or written with an exponent) is refused rather than rounded.
 */
export const decimal = z.union([z.string().min(1).max(40), z.number()], { error: "Expected a decimal, as text or as a number." }).transform((value, context): string => {
  if (typeof value === "string") return value;
  const digits = String(value);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) context.addIssue(withCode("QUANTITY_TOO_LARGE", `${digits} is beyond what a JSON number holds exactly.`));
  else if (digits.includes("e")) context.addIssue(withCode("QUANTITY_TOO_FINE", `${digits} is written with an exponent; send it as text with plain digits.`));
  return digits;
});

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** RFC 3339 with a zone, as milliseconds. */
export const instant = z.iso.datetime({ offset: true }).transform((value, context): number => {
  const at = Date.parse(value);
  if (!(at >= EARLIEST && at < LATEST)) context.addIssue(withCode("INVALID_FIELD", `${value} is not an instant between 1900 and 2200.`));
  return at;
});

/** The valid_from of the version that was read and is to be changed; null where there was none yet. */
export const expectedValidFrom = instant.nullable().optional();
export const EXPECTED = "With expected_valid_from, the valid_from that was read (null: there was none yet), it is refused where somebody changed it since (STALE_VERSION).";

export const coordinates = z.strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) });
export const timeZone = text(64).refine(isTimeZone, { error: "Not an IANA time zone such as Europe/Berlin." });
export const localTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "Not a local time such as 14:30.");
/** First digits of a customs tariff's code, at least so many. */
export const hsDigits = (least: number): z.ZodString => z.string().regex(new RegExp(`^\\d{${least},12}$`), `Not an HS code: ${least} to 12 digits without points.`);
/** HH:MM or HH:MM:SS, told as the latter. */
export const timeToTheSecond = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, "Not a local time such as 14:30 or 14:30:00.").transform((text) => (text.length === 5 ? `${text}:00` : text));
export const countryCode = z.string().regex(/^[A-Z]{2}$/, "Not an ISO 3166 country code such as DE.");
export const currencyCode = z.string().min(1).max(10);

/** Free attributes: at most 100 short texts. */
export const attributes = z.record(text(100), z.string().max(1000)).refine((value) => Object.keys(value).length <= 100, { error: "At most 100 attributes." });

/** The same parameter may stand several times in an address. */
export const repeatable = <T extends z.ZodType<string>>(one: T, most: number): z.ZodType<string[], string | string[]> =>
  z.union([one, z.array(one).max(most)]).transform((value) => (Array.isArray(value) ? value : [value])) as unknown as z.ZodType<string[], string | string[]>;

export const instantParameter = instant;
export const limit = (most: number, usual: number): z.ZodDefault<z.ZodCoercedNumber<unknown>> => z.coerce.number().int().min(1).max(most).default(usual) as z.ZodDefault<z.ZodCoercedNumber<unknown>>;
/** An opaque place in a list, as an answer gave it. */
export const cursor = text(600).regex(/^[A-Za-z0-9_-]+$/, "Not a cursor of this list.");

export const HOLD_KINDS = ["ITEM", "ADDRESS", "PAYMENT", "FRAUD", "CREDIT", "APPROVAL", "PRICING", "TAX", "CHANNEL_CHANGE", "CHANNEL_PAUSED", "CUSTOMER", "MANUAL"] as const;
export const holdKind = z.enum(HOLD_KINDS);
/** Kinds that may be asked for; a channel's pause places its own. */
export const askedHoldKind = holdKind.exclude(["CHANNEL_PAUSED"]);
export const condition = z.enum(["A", "B", "quarantine"]);
