import { DEFAULT_OPERATIONS, type NodeOperations } from "../catalog/index.ts";
import type { Calendar, CarrierService, Lane, OpenSpan, ShippingFacts } from "./types.ts";
import type { ShippingNode } from "./ship-times.ts";

/** "08:00-12:00 13:00-17:00" */
const spans = (text: string): OpenSpan[] => text.split(" ").flatMap((span) => { const [opens = "", closes = ""] = span.split("-"); return closes === "" ? [] : [{ opens, closes }]; });

/** Open like this on ISO weekdays (Monday to Friday), and otherwise on some dates. */
export const aCalendar = (hours: string, { days = [1, 2, 3, 4, 5], exceptions = {}, code = "calendar" }: { days?: readonly number[]; exceptions?: Readonly<Record<string, string>>; code?: string } = {}): Calendar => ({
  code, name: code, week: Array.from({ length: 7 }, (_, day) => (days.includes(day + 1) ? spans(hours) : [])),
  exceptions: Object.fromEntries(Object.entries(exceptions).map(([date, text]) => [date, { name: null, spans: spans(text) }])),
});

export const aService = (over: Partial<CarrierService> = {}): CarrierService => ({
  carrier: "dhl", code: "parcel", name: "Parcel", level: "standard", calendar: null, deliveryWeekdays: [1, 2, 3, 4, 5], dimensionalDivisor: null, maximumGrams: null, maximumLengthMm: null,
  handlingClasses: null, lanes: [], ...over,
});

export const aLane = (least: number, most: number): Lane => ({ fromNodes: null, fromCountries: null, toCountry: "DE", toPostcodes: null, zone: "1", transitDays: { least, most } });

/** Works as it is told, and else around the clock in Berlin. */
export const aShippingNode = (operations: Partial<NodeOperations> = {}, over: Partial<ShippingNode> = {}): ShippingNode => ({ timeZone: "Europe/Berlin", cutOff: null, operations: { ...DEFAULT_OPERATIONS, ...operations }, ...over });

export const calendarFacts = (...calendars: readonly Calendar[]): Pick<ShippingFacts, "calendars"> => ({ calendars: new Map(calendars.map((one) => [one.code, one])) });
