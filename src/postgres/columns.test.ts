import { expect, it } from "vitest";
import { columns } from "./columns.ts";

const text = (...values: unknown[]): string | undefined => columns(values.map((value) => ({ value })), [({ value }) => value])[0];

it("writes each value of a column as PostgreSQL reads it, those that repeat the one before too", () => {
  expect(text()).toBe("{}");
  expect(text(undefined, null, null, 1, 1, 2, 2)).toBe("{NULL,NULL,NULL,1,1,2,2}");
  expect(text("null", "NULL", "nulls", "", "", "a b", "a b", 'say "\\"', true)).toBe('{"null","NULL",nulls,"","","a b","a b","say \\"\\\\\\"",true}');
});
