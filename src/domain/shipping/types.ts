import type { Instant } from "../kernel/index.ts";

/** Part of a local day: HH:MM to HH:MM, the end not included; the last minute of a day ends at 24:00. */
export interface OpenSpan {
  readonly opens: string;
  readonly closes: string;
}

export interface CalendarDay {
  readonly name: string | null;
  readonly spans: readonly OpenSpan[];
}

/** When something is open, in the local time of whoever uses it. */
export interface Calendar {
  readonly code: string;
  readonly name: string;
  /** Spans of each weekday, Monday first: always seven. */
  readonly week: readonly (readonly OpenSpan[])[];
  /** Days that differ, by local date YYYY-MM-DD: a holiday is a named day without spans. */
  readonly exceptions: Readonly<Record<string, CalendarDay>>;
}

/** Where goods come from or go to, as far as carriers ask. */
export interface Place {
  /** ISO 3166-1 alpha-2; null where it is not known. */
  readonly country: string | null;
  readonly region: string | null;
  /** Without spaces, in capitals; null where it is not known. */
  readonly postcode: string | null;
}

/** Postcodes from one to another, both included, compared as text of the shorter's length. */
export interface PostcodeRange {
  readonly from: string;
  readonly to: string;
}

/** From where to where a service goes, at which zone's price and in how many of its days. */
export interface Lane {
  /** Codes of nodes it starts at; null for every node of the countries. */
  readonly fromNodes: readonly string[] | null;
  /** Countries it starts in; null for everywhere. */
  readonly fromCountries: readonly string[] | null;
  readonly toCountry: string;
  /** Null for the whole country. A lane with postcodes comes before one without. */
  readonly toPostcodes: readonly PostcodeRange[] | null;
  readonly zone: string;
  /** Days on which the service moves goods, from the day it collects: 1 arrives on the next such day. */
  readonly transitDays: { readonly least: number; readonly most: number };
}

/** Until when goods have to be ready on a day to leave on it: a cut-off that somebody has set, or when the node closes. */
export interface CutOffOfDay {
  readonly at: Instant;
  readonly kind: "cut_off" | "closing";
}

/** Who pays duty: the seller (DDP, delivered duty paid), or the customer when the goods arrive (DAP, delivered at place). */
export const INCOTERMS = ["DDP", "DAP"] as const;
export type Incoterm = (typeof INCOTERMS)[number];

/** One way in which a carrier takes goods from nodes to customers. */
export interface CarrierService {
  readonly carrier: string;
  readonly code: string;
  readonly name: string;
  /** What orders ask for: "standard", "express", "same_day", "pickup" or the operator's own word. */
  readonly level: string;
  /** Code of the calendar whose open days it collects and moves goods on; null for Monday to Friday. */
  readonly calendar: string | null;
  /** ISO weekdays (1 Monday) on which it delivers. */
  readonly deliveryWeekdays: readonly number[];
  /** Cubic millimetres that count as one gram (5,000 cm3 a kilogram is 5,000); null where volume costs nothing. */
  readonly dimensionalDivisor: number | null;
  /** Heaviest and longest parcel it takes; null for no limit. */
  readonly maximumGrams: number | null;
  readonly maximumLengthMm: number | null;
  /** Handling classes it carries; null for all. */
  readonly handlingClasses: readonly string[] | null;
  /** Who pays duty on what it takes; absent where the order's channel says it. */
  readonly incoterm?: Incoterm;
  /** It goes to stores only, with what is collected there, and never to customers; absent where it goes to both. */
  readonly storesOnly?: true;
  readonly lanes: readonly Lane[];
}

/** A price list of one service. Amounts are micro-units of its currency. */
export interface RateCard {
  readonly code: string;
  readonly carrier: string;
  readonly service: string;
  readonly currency: string;
  /** Cells by zone, by ascending weight: the first whose upToGrams is not below the billed weight counts. */
  readonly zones: Readonly<Record<string, readonly RateCell[]>>;
  readonly surcharges: readonly Surcharge[];
}

export interface RateCell {
  readonly upToGrams: number;
  readonly micros: number;
  /** For each started kilogram above the cell before it; 0 where the price is flat. */
  readonly perKilogramMicros: number;
}

/** Added for each parcel that all its conditions hold for; those in percent are of the parcel's price before surcharges. */
export interface Surcharge {
  readonly code: string;
  readonly kind: "fixed" | "percent" | "per_kilogram";
  /** Micro-units, or basis points for percent. */
  readonly amount: number;
  readonly aboveGrams: number | null;
  readonly aboveLengthMm: number | null;
  readonly zones: readonly string[] | null;
  readonly toCountries: readonly string[] | null;
  readonly toPostcodes: readonly PostcodeRange[] | null;
  readonly handlingClasses: readonly string[] | null;
}

/** A box or bag that goods are packed in. */
export interface PackageType {
  readonly code: string;
  readonly name: string;
  /** Inner edges in millimetres. */
  readonly innerMm: readonly [number, number, number];
  readonly tareGrams: number;
  /** Heaviest contents; null for no limit. */
  readonly maximumGrams: number | null;
  /** Micro-units of the base currency. */
  readonly costMicros: number;
}

/** What goods of one shipment become: a parcel's weight with its box, its outer edges (null where nobody knows them), and the cost of the box. */
export interface Parcel {
  readonly packageType: string | null;
  readonly grams: number;
  readonly edgesMm: readonly [number, number, number] | null;
  readonly packagingMicros: number;
}

/** Money of other currencies in that of the tenant's reports: base micro-units for a million micro-units of the currency. */
export interface ExchangeRates {
  readonly base: string;
  readonly perMillion: Readonly<Record<string, number>>;
}

/** Countries between which goods pass without duty. */
export interface CustomsTerritory {
  readonly code: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
}

/** What a customs territory takes of goods that come into it. Amounts are micro-units of its currency. */
export interface DutyRates {
  /** Code of a customs territory, or a country that is in none. */
  readonly destination: string;
  readonly currency: string;
  /** Nothing is due on shipments whose goods are worth no more. */
  readonly deMinimisMicros: number;
  readonly rates: readonly DutyRate[];
}

export interface DutyRate {
  /** First digits of HS codes; empty for goods of every code. */
  readonly hsPrefix: string;
  /** Country that the goods were made in; null for every one. */
  readonly origin: string | null;
  /** Hundredths of a percent of their value. */
  readonly basisPoints: number;
  /** For each base unit, beside that. */
  readonly perUnitMicros: number;
}

/** Goods that may not leave some countries for others, or only from a node with a licence. What is null is not asked; goods are those of any of the lists. */
export interface ExportRestriction {
  readonly code: string;
  readonly name: string;
  readonly handlingClasses: readonly string[] | null;
  readonly hsPrefixes: readonly string[] | null;
  readonly skus: readonly string[] | null;
  readonly fromCountries: readonly string[] | null;
  readonly toCountries: readonly string[] | null;
  /** The item class that a node which may send them is licensed for; null where none may. */
  readonly licence: string | null;
}

export interface CustomsFacts {
  /** Codes of customs territories by country. */
  readonly territories: ReadonlyMap<string, string>;
  /** By destination. */
  readonly dutyRates: ReadonlyMap<string, DutyRates>;
  readonly restrictions: readonly ExportRestriction[];
}

/** Everything that decisions read about getting goods from nodes to customers, as it holds at one time. */
export interface ShippingFacts {
  readonly calendars: ReadonlyMap<string, Calendar>;
  /** By "carrier/service". */
  readonly services: ReadonlyMap<string, CarrierService>;
  /** By "carrier/service". */
  readonly rateCards: ReadonlyMap<string, RateCard>;
  readonly packageTypes: readonly PackageType[];
  readonly exchangeRates: ExchangeRates | null;
  readonly customs: CustomsFacts;
}

/** When goods leave a node with a service, and until when the same answer holds. */
export interface ShipTime {
  /** The node's local day on which the carrier collects, YYYY-MM-DD. */
  readonly shipDate: string;
  /** The node's local hour in which the work on it ends, 0 to 23: the hour whose capacity it takes. */
  readonly workHour: number;
  /** When the goods are ready, and when the carrier takes them. */
  readonly readyAt: Instant;
  readonly leavesAt: Instant;
  /** An order that comes up to this second, but not before the one asked about, leaves on the same day. */
  readonly validUntil: Instant;
}

/** When goods arrive: local dates at the destination, the earliest and the one that is promised. */
export interface Arrival {
  readonly earliestDate: string;
  readonly date: string;
  /** The promised day as a number, from 1970-01-01. */
  readonly day: number;
  /** The end of that day in the node's time zone, as an instant. */
  readonly at: Instant;
}
