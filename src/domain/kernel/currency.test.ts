import { expect, test } from "vitest";
import { currencyExponent, spokenMoney } from "./index.ts";

test.each([["EUR", 2], ["BRL", 2], ["USD", 2], ["JPY", 0], ["KRW", 0], ["CLP", 0], ["KWD", 3], ["BHD", 3], ["TND", 3], ["CLF", 4], ["XXX", undefined], ["eur", undefined], ["", undefined], ["EURO", undefined], ["constructor", undefined]])(
  "the minor unit of %j has %s digits",
  (code, digits) => {
    expect(currencyExponent(code)).toBe(digits);
  },
);

test("amounts have all the digits of their currency", () => {
  const spoken = (minor: number, currency: string): string => spokenMoney(minor, currency).replaceAll("\u00a0", " ");
  expect([spoken(1_234_567, "EUR"), spoken(-5, "EUR"), spoken(0, "JPY"), spoken(-1_234_567, "JPY"), spoken(7, "BHD"), spoken(123_456_789, "CLF"), spoken(999_00, "USD"), spoken(100_000, "EUR")])
    .toEqual(["12 345.67", "-0.05", "0", "-1 234 567", "0.007", "12 345.6789", "999.00", "1 000.00"]);
});
