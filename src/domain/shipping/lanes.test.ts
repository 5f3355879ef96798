import { expect, test } from "vitest";
import { laneOf, overlappingLanes } from "./lanes.ts";
import type { Lane } from "./types.ts";

const lane = (zone: string, changed: Partial<Lane> = {}): Lane => ({
  fromNodes: null, fromCountries: null, toCountry: "DE", toPostcodes: null, zone, transitDays: { least: 1, most: 2 }, ...changed,
});
const berlin = { code: "BER", country: "DE" };
const to = (postcode: string | null, country: string | null = "DE"): { country: string | null; postcode: string | null } => ({ country, postcode });

test("a node's own lane comes before its country's, that before one from anywhere, postcodes before the whole country", () => {
  const everywhere = lane("everywhere");
  const domestic = lane("domestic", { fromCountries: ["DE", "AT"] });
  const own = lane("own", { fromNodes: ["BER"] });
  const islands = lane("islands", { fromCountries: ["DE"], toPostcodes: [{ from: "18", to: "18" }, { from: "25849", to: "25999" }] });
  const service = { lanes: [everywhere, domestic, islands, own] };
  expect(laneOf(service, berlin, to("10115"))?.zone).toBe("own");
  expect(laneOf(service, { code: "HAM", country: "DE" }, to("10115"))?.zone).toBe("domestic");
  expect(laneOf(service, { code: "HAM", country: "DE" }, to("18 055"))?.zone).toBe("islands");
  expect(laneOf(service, { code: "HAM", country: "DE" }, to("25848"))?.zone).toBe("domestic");
  expect(laneOf(service, { code: "LIN", country: "AT" }, to("18055"))?.zone).toBe("domestic");
  expect(laneOf(service, { code: "PAR", country: "FR" }, to("18055"))?.zone).toBe("everywhere");
  expect(laneOf(service, { code: "ANY", country: null }, to("18055"))?.zone).toBe("everywhere");
  expect(laneOf(service, berlin, to("10115", "PL"))).toBeNull();
  expect(laneOf(service, berlin, to("10115", null))).toBeNull();
});

test("without a postcode only lanes of whole countries fit, and a place outside every range has none", () => {
  const service = { lanes: [lane("north", { toPostcodes: [{ from: "20", to: "25" }] })] };
  expect(laneOf(service, berlin, to(null))).toBeNull();
  expect(laneOf(service, berlin, to(""))).toBeNull();
  expect(laneOf(service, berlin, to("26121"))).toBeNull();
  expect(laneOf(service, berlin, to("25999"))?.zone).toBe("north");
  expect(laneOf(service, berlin, to("20000"))?.zone).toBe("north");
});

test("postcodes with letters are compared as text, whatever their spaces and case", () => {
  const service = { lanes: [lane("centre", { toCountry: "GB", toPostcodes: [{ from: "EC1", to: "EC4" }, { from: "WC", to: "WC" }] })] };
  expect(laneOf(service, berlin, to("ec2a 4ne", "GB"))?.zone).toBe("centre");
  expect(laneOf(service, berlin, to("WC2N 5DU", "GB"))?.zone).toBe("centre");
  expect(laneOf(service, berlin, to("E1 6AN", "GB"))).toBeNull();
  expect(laneOf(service, berlin, to(" ｗc2n-5du ", "GB"))?.zone).toBe("centre");
});

test("lanes overlap only where they are equally particular and share a start and a place", () => {
  const overlaps = (...lanes: Lane[]): unknown[] => overlappingLanes({ lanes }).map(({ first, second, place }) => [first, second, place]);
  expect(overlaps(lane("1"), lane("2"))).toEqual([[0, 1, "DE"]]);
  expect(overlaps(lane("1"), lane("2", { toCountry: "FR" }))).toEqual([]);
  expect(overlaps(lane("1"), lane("2", { toPostcodes: [{ from: "1", to: "2" }] }))).toEqual([]);
  expect(overlaps(lane("1", { fromCountries: ["DE"] }), lane("2"))).toEqual([]);
  expect(overlaps(lane("1", { fromNodes: ["A", "B"] }), lane("2", { fromNodes: ["C", "B"] }))).toEqual([[0, 1, "DE"]]);
  expect(overlaps(lane("1", { fromNodes: ["A"] }), lane("2", { fromNodes: ["B"] }))).toEqual([]);
  expect(overlaps(lane("1", { fromCountries: ["AT"] }), lane("2", { fromCountries: ["DE"] }))).toEqual([]);
  const range = (zone: string, from: string, end: string): Lane => lane(zone, { toPostcodes: [{ from, to: end }] });
  expect(overlaps(range("1", "10", "19"), range("2", "15000", "15999"))).toEqual([[0, 1, "DE 15000"]]);
  expect(overlaps(range("1", "10", "19"), range("2", "20", "29"))).toEqual([]);
  expect(overlaps(range("1", "10000", "19999"), range("2", "2", "2"), range("3", "19", "20"))).toEqual([[0, 2, "DE 19"], [1, 2, "DE 2"]]);
});
