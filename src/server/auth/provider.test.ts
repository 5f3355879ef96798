import { expect, test } from "vitest";
import { claimsOf } from "./provider.ts";
import { relyingPartyAt } from "./passkey.ts";

const rules = { issuer: "https://login.example", domains: [], rolesClaim: "groups", roles: [], addPeople: false, defaultRoles: [] };

test("claims are read whatever type a provider gives them, and nothing is guessed", () => {
  expect(claimsOf({ email: "Vera@Shop.Example", email_verified: "true", name: "Vera", groups: ["a", 1, "b"] }, "s", rules)).toEqual({ subject: "s", email: "vera@shop.example", emailVerified: true, name: "Vera", values: ["a", "b"] });
  expect(claimsOf({ groups: "a" }, "s", rules)).toMatchObject({ email: null, emailVerified: false, name: null, values: ["a"] });
  for (const email of ["a", "a@b@c", "a b@c.example", 5, `${"x".repeat(65)}@c.example`]) expect(claimsOf({ email, email_verified: 1 }, "s", { ...rules, rolesClaim: null })).toMatchObject({ email: null, emailVerified: false, values: [] });
});

test.each([
  ["https://ordo.example", { id: "ordo.example", origin: "https://ordo.example" }], ["https://ordo.example:8443", { id: "ordo.example", origin: "https://ordo.example:8443" }],
  ["http://localhost:8080", { id: "localhost", origin: "http://localhost:8080" }], ["http://ordo.example", null], ["http://127.0.0.1:8080", null], ["https://192.0.2.1", null], ["https://[::1]", null], ["http://", null],
])("browsers have passkeys for names, over TLS or on the own machine: %s", (origin, expected) => {
  expect(relyingPartyAt(origin)).toEqual(expected);
});
