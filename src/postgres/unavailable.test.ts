import { expect, it } from "vitest";
import { isUnavailable, sqlState } from "./database.ts";

const failure = (message: string, code?: string): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

it.each([
  failure("write EPIPE", "EPIPE"), failure("read ECONNRESET", "ECONNRESET"), failure("connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED"),
  failure("Connection terminated unexpectedly"), failure("terminating connection due to administrator command", "57P01"),
  failure("the database system is in recovery mode", "57P03"), failure("sorry, too many clients already", "53300"),
])("%s says that the database is away", (error) => expect(isUnavailable(error)).toBe(true));

it.each([failure("duplicate key", "23505"), failure("syntax error", "42601"), failure("x is not a function")])("%s says that something is wrong", (error) =>
  expect(isUnavailable(error)).toBe(false));

it("takes no error of the system for one of the server, though it has five capitals too", () => {
  expect(sqlState(failure("write EPIPE", "EPIPE"))).toBe(null);
  expect([sqlState(failure("no", "40P01")), sqlState(failure("no", "XX000"))]).toEqual(["40P01", "XX000"]);
});
