import { expect, test } from "vitest";
import { currencyExponent } from "./index.ts";

test.each([["EUR", 2], ["BRL", 2], ["USD", 2], ["JPY", 0], ["KRW", 0], ["CLP", 0], ["KWD", 3], ["BHD", 3], ["TND", 3], ["CLF", 4], ["XXX", undefined], ["eur", undefined], ["", undefined], ["EURO", undefined], ["constructor", undefined]])(
  "the minor unit of %j has %s digits",
  (code, digits) => {
    expect(currencyExponent(code)).toBe(digits);
  },
);
