import { describe, expect, test } from "vitest";
import { passwordFault } from "./passwords.ts";
import { NO_TRIES, takeTry, type Tries } from "./sign-in-tries.ts";

const MINUTE = 60_000;

/** Takes so many tries, so far apart, and tells each wait. */
function taken(count: number, apartMs: number, start: Tries = NO_TRIES(0), from = 0): { waits: number[]; after: Tries } {
  let after = start;
  const waits = Array.from({ length: count }, (_, index) => {
    const result = takeTry(after, from + index * apartMs);
    after = result.after;
    return result.waitMs;
  });
  return { waits, after };
}

describe("tries to sign in", () => {
  test("ten in a minute are free, the eleventh waits", () => {
    const { waits } = taken(11, 100);
    expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(waits[10]).toBe(MINUTE);
  });

  test("slow tries never wait", () => {
    expect(taken(500, 7_000).waits.every((wait) => wait === 0)).toBe(true);
  });

  test("waits grow up to a quarter of an hour, with some tries in between", () => {
    let [state, now] = [NO_TRIES(0), 0];
    const waits: number[] = [];
    for (let step = 0; step < 200 && waits.length < 7; step += 1) {
      const { after, waitMs } = takeTry(state, now);
      state = after;
      if (waitMs > 0) waits.push(waitMs / MINUTE);
      now += waitMs;
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });

  test("whoever is quiet for a quarter of an hour after a wait begins anew", () => {
    const { after } = taken(11, 1);
    expect(taken(10, 1, after, 10 + MINUTE + 15 * MINUTE + 1).waits).toEqual(Array(10).fill(0));
  });

  test("a wait is not longer because somebody asks meanwhile", () => {
    const { after } = taken(11, 0);
    expect(takeTry(after, 30_000)).toEqual({ after, waitMs: 30_000 });
  });
});

describe("passwords", () => {
  test.each(["correct horse battery", "Zwölf Zeichen!", "x7$kQ!pZ29vL"])("good: %s", (password) => expect(passwordFault(password, "anna@example.com")).toBeNull());
  test.each([
    "short", "elf zeichen", "anna@example.com", "Anna@Example.com", "my anna@example.com", "aaaaaaaaaaaaaa", "123456789012", "210987654321", "abcdefghijklm", "password1234", "PasswordPassword", "Passwort2026!", "qwertzuiop123",
  ])("bad: %s", (password) => expect(passwordFault(password, "anna@example.com")).toMatch(/^The password/));
});
