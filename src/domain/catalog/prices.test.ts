import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anItem, NOW } from "../shop.testing.ts";
import { choosePrice, differsBeyond, type ListPrice, type PriceQuestion, priceSentence, rankPrices } from "./index.ts";

const DAY = 86_400_000;
const aList = (code: string, over: Partial<ListPrice["list"]> = {}): ListPrice["list"] => ({ code, currency: "EUR", taxIncluded: false, channels: null, customerClass: null, ...over });
const aPrice = (unitPrice: string, over: Partial<Omit<ListPrice, "list">> & { list?: ListPrice["list"] } = {}): ListPrice =>
  ({ list: aList("all"), unit: null, minimumQuantity: 0, validFrom: NOW - DAY, validTo: null, unitPrice, ...over });
const ask = (over: Partial<PriceQuestion> = {}): PriceQuestion =>
  ({ channel: "web", customerClass: "vip", currency: "EUR", taxIncluded: false, at: NOW, unit: null, unitFactor: 1, quantity: 10, ...over });

const [web, vip, both] = [aList("web", { channels: ["shop", "web"] }), aList("vip", { customerClass: "vip" }), aList("both", { channels: ["web"], customerClass: "vip" })];

describe("the price that counts", () => {
  test.each<[string, ListPrice[], Partial<PriceQuestion>, string | null]>([
    ["is none where there is none", [], {}, null],
    ["is that of the list for the channel and the class", [aPrice("4"), aPrice("3", { list: vip }), aPrice("2", { list: web }), aPrice("1", { list: both })], {}, "1"],
    ["else that for the channel", [aPrice("4"), aPrice("3", { list: vip }), aPrice("2", { list: web })], {}, "2"],
    ["else that for the class", [aPrice("4"), aPrice("3", { list: vip })], {}, "3"],
    ["else that for everybody", [aPrice("4"), aPrice("3", { list: vip })], { customerClass: null }, "4"],
    ["is never that of another channel", [aPrice("2", { list: web })], { channel: "market" }, null],
    ["is never that of another class", [aPrice("3", { list: vip })], { customerClass: "staff" }, null],
    ["is never that of another currency", [aPrice("4")], { currency: "USD" }, null],
    ["is never one with tax where the order is without", [aPrice("4", { list: aList("gross", { taxIncluded: true }) })], {}, null],
    ["is that of the highest quantity reached", [aPrice("10"), aPrice("9", { minimumQuantity: 10 }), aPrice("8", { minimumQuantity: 11 })], {}, "9"],
    ["is that of a closer list, though another one has a higher quantity", [aPrice("9", { minimumQuantity: 10 }), aPrice("12", { list: web })], {}, "12"],
    ["leaves out a closer list whose quantity is not reached", [aPrice("9"), aPrice("8", { list: web, minimumQuantity: 11 })], {}, "9"],
    ["is the one that became valid last", [aPrice("10"), aPrice("7", { validFrom: NOW }), aPrice("6", { validFrom: NOW + 1 })], {}, "7"],
    ["is not one that has ended: its last moment is the one before", [aPrice("7", { validTo: NOW })], {}, null],
    ["is one that ends later", [aPrice("7", { validTo: NOW + 1 })], {}, "7"],
    ["is never one that was withdrawn", [aPrice("7", { validFrom: NOW, validTo: NOW })], {}, null],
    ["is that of the moment the order was placed", [aPrice("10", { validTo: NOW }), aPrice("11", { validFrom: NOW })], { at: NOW - 1 }, "10"],
    ["is that of the ordered unit", [aPrice("1"), aPrice("11.5", { unit: "case" })], { unit: "case", unitFactor: 12 }, "11.5"],
    ["is that of the base unit, for each in the ordered one, where that has none", [aPrice("0.333333")], { unit: "case", unitFactor: 12 }, "3.999996"],
    ["is not that of a unit that was not ordered", [aPrice("11.5", { unit: "case" })], {}, null],
    ["is exact beyond what a number holds", [aPrice("999999999999.999999")], { unit: "case", unitFactor: 12 }, "11999999999999.999988"],
    ["is that of the first code where nothing else tells two apart", [aPrice("2", { list: aList("b") }), aPrice("1", { list: aList("a") })], {}, "1"],
  ])("%s", (_, prices, question, expected) => {
    expect(choosePrice(prices, ask(question))?.unitPrice ?? null).toBe(expected);
  });

  const list = fc.record({
    code: fc.constantFrom("a", "b", "c", "d"), currency: fc.constantFrom("EUR", "EUR", "USD"), taxIncluded: fc.boolean(),
    channels: fc.constantFrom<string[] | null>(null, ["web"], ["shop"], ["web", "shop"]), customerClass: fc.constantFrom<string | null>(null, "vip", "staff"),
  });
  const price: fc.Arbitrary<ListPrice> = fc.record({
    list, unit: fc.constantFrom<string | null>(null, null, "case"), minimumQuantity: fc.nat(20), validFrom: fc.integer({ min: NOW - 3, max: NOW + 3 }),
    validTo: fc.option(fc.integer({ min: NOW - 3, max: NOW + 5 })), unitPrice: fc.nat(99).map(String),
  });
  const question = fc.record({
    channel: fc.constantFrom("web", "shop", "market"), customerClass: fc.constantFrom<string | null>(null, "vip", "staff"), currency: fc.constantFrom("EUR", "USD"), taxIncluded: fc.boolean(),
    at: fc.integer({ min: NOW - 3, max: NOW + 3 }), unit: fc.constantFrom<string | null>(null, "case"), unitFactor: fc.constant(1), quantity: fc.nat(25),
  });

  test("applies, does not depend on the order of the prices, and nothing that applies is closer", () => {
    fc.assert(fc.property(fc.array(price, { maxLength: 12 }), question, (prices, asked) => {
      const chosen = choosePrice(prices, asked)?.price;
      expect(choosePrice(prices.toReversed(), asked)?.price.list.code).toBe(chosen?.list.code);
      const key = ({ list: { channels, customerClass }, unit, minimumQuantity, validFrom }: ListPrice): number[] =>
        [Number(channels !== null), Number(customerClass !== null), Number(unit !== null), minimumQuantity, validFrom];
      const fits = prices.filter((one) => one.list.currency === asked.currency && one.list.taxIncluded === asked.taxIncluded && (one.list.channels?.includes(asked.channel) ?? true)
        && (one.list.customerClass ?? asked.customerClass) === asked.customerClass && (one.unit ?? asked.unit) === asked.unit && one.minimumQuantity <= asked.quantity
        && one.validFrom <= asked.at && asked.at < (one.validTo ?? Number.POSITIVE_INFINITY));
      const best = fits.map(key).toSorted((a, b) => b.map((part, at) => part - (a[at] ?? 0)).find((less) => less !== 0) ?? 0)[0];
      expect(chosen && key(chosen)).toEqual(best);
      expect(rankPrices(prices, asked)).toHaveLength(fits.length);
    }));
  });
});

describe("a price differs", () => {
  const check = (percent: number, minor = 0): Parameters<typeof differsBeyond>[0] => ({ toleranceBasisPoints: percent, toleranceMinor: minor, whenUnpriced: "accept" });
  test.each<[string, Parameters<typeof differsBeyond>, boolean]>([
    ["not at all", [check(0), "10.00", "10", "EUR"], false], ["by a millionth without tolerance", [check(0), "10.000001", "10", "EUR"], true],
    ["by exactly 1.5 percent", [check(150), "10.15", "10", "EUR"], false], ["by a millionth more", [check(150), "10.150001", "10", "EUR"], true], ["by exactly 1.5 percent below", [check(150), "9.85", "10", "EUR"], false],
    ["by a cent", [check(0, 1), "10.01", "10", "EUR"], false], ["by a millionth more than a cent", [check(0, 1), "9.989999", "10", "EUR"], true],
    ["by a yen", [check(0, 1), "101", "100", "JPY"], false], ["by half a yen more", [check(0, 1), "101.5", "100", "JPY"], true],
    ["by a fils", [check(0, 1), "1.001", "1", "KWD"], false], ["by a tenth more than a fils", [check(0, 1), "1.0011", "1", "KWD"], true],
    ["by a ten-thousandth of a unit of account", [check(0, 1), "1.0001", "1", "CLF"], false], ["within the wider tolerance", [check(100, 5), "1.05", "1", "EUR"], false],
    ["beyond both tolerances", [check(100, 5), "1.06", "1", "EUR"], true], ["from a price of nothing, which has no percent", [check(10_000), "0.01", "0", "EUR"], true],
    ["at half the price, where everything is tolerated", [check(10_000), "0", "10", "EUR"], false],
  ])("%s", (_, given, expected) => {
    expect(differsBeyond(...given)).toBe(expected);
  });
});

test("a price is explained by its list and its entry", () => {
  expect(priceSentence(aPrice("9.5", { list: both, minimumQuantity: 24, validFrom: Date.UTC(2026, 0, 1) }), anItem("A"))).toBe(
    "List both serves channel web and class vip: 9.5 EUR for one each from 24 each on, valid since 2026-01-01T00:00:00.000Z.");
  expect(priceSentence(aPrice("9.5", { unit: "case", validFrom: Date.UTC(2026, 0, 1) }), anItem("A"))).toBe("List all serves every channel: 9.5 EUR for one case, valid since 2026-01-01T00:00:00.000Z.");
});
