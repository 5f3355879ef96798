import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson, parseMessage } from "./json-body.ts";

const read = (text: string): unknown => parseMessage(Buffer.from(text));

describe("a body that is not JSON", () => {
  it.each([
    ["garbage", "character 1 is not allowed there"], ["undefined", "character 1 is not allowed there"], ["{\"a\":1,}", "character 8 is not allowed there"], ["{\"a\":[1,]}", "character 9 is not allowed there"], ["{\"at position 3\": x}", "character 19 is not allowed there"],
    ["{\"a\":1} more", "character 9 is not allowed there"], ["{\"a\" 1}", "character 6 is not allowed there"], ["{\"a\":\"\\x\"}", "character 8 is not allowed there"], [`{"a":[${"1,".repeat(20_000)}x`, "character 40007 is not allowed there"],
    ["{", "it ends too early"], ["{\"a\":", "it ends too early"], ["{\"a\":\"b", "it ends too early"], ["{\"a\":tru", "it ends too early"], ["", "it ends too early"], [`{"a":[${"1,".repeat(100_000)}x`, "there is a character that it does not allow after the first 65536"],
  ])("%.30s is told where it is wrong", (text, fault) => {
    const detail = `The body is not JSON: ${fault}.`;
    expect(() => parseJson(Buffer.from(text))).toThrow(expect.objectContaining({ refusal: { code: "MALFORMED_JSON", detail, errors: [{ pointer: "", code: "MALFORMED_JSON", detail }] } }));
  });
});

describe("a message of somebody else's program", () => {
  it.each([
    ["{\"id\":9007199254740993}", { id: "9007199254740993" }], ["{\"id\":9007199254740991}", { id: 9007199254740991 }], ["{\"a\":[-9223372036854775808,1]}", { a: ["-9223372036854775808", 1] }],
    ["{\"a\":\"9007199254740993\",\"9007199254740993\":\"\\\"9007199254740993\"}", { a: "9007199254740993", "9007199254740993": "\"9007199254740993" }],
  ])("%s keeps every digit of an id", (text, value) => {
    expect(JSON.stringify(read(text))).toBe(JSON.stringify(value));
  });

  it.each(["1234567890123456789.5", "12345678901234567890e2", "0.12345678901234567890", "-1.5e-12345678901234567890", "1E+12"])("%s is the number that it was", (text) => {
    expect(read(`{"a":${text}}`)).toEqual({ a: Number(text) });
  });

  it("loses what no database can hold, in texts and names, and nothing that only looks like it", () => {
    expect(read("{\"a\":\"x\\u0000y\\ud83d\",\"\\u0000*\\u0000b\":\"\\ud83d\\ude00\",\"c\":\"\\\\u0000\"}")).toEqual({ a: "xy\uFFFD", "*b": "😀", c: "\\u0000" });
    expect(read("\uFEFF{\"a\":1}")).toEqual({ a: 1 });
  });

  it.each([["not UTF-8", Buffer.from([0x22, 0xff, 0x22])], ["no JSON", Buffer.from("{\"a\":12345678901234567890")], ["no object", Buffer.from("12345678901234567890")], ["a name of JavaScript's own", Buffer.from("{\"__proto__\":1}")]])("%s is refused as ever", (_name, bytes) => {
    expect(() => parseMessage(bytes)).toThrow();
    expect(() => parseJson(bytes)).toThrow();
  });

  it("is otherwise what it is", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      let plain: unknown;
      try {
        plain = parseJson(Buffer.from(text));
      } catch {
        return;
      }
      const isInexact = (one: unknown): boolean => typeof one === "number" && Number.isInteger(one) && !Number.isSafeInteger(one) && !String(one).includes("e");
      expect(read(text)).toEqual(JSON.parse(JSON.stringify(plain), (_name, one: unknown) => (isInexact(one) ? String(one) : one)));
    }));
  });

  it("of five megabytes of quotes is read in a moment", () => {
    const text = JSON.stringify({ note: "\"\\".repeat(600_000), long: "x".repeat(2_000_000), id: 1 }).replace("\"id\":1", "\"id\":9007199254740993");
    expect(read(text)).toMatchObject({ id: "9007199254740993" });
    expect(() => read(text.slice(0, -20))).toThrow();
  });
});
