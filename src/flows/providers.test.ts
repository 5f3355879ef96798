import { describe, expect, test } from "vitest";
import { type Claims, emailRefusal, type ProviderRules, rolesFor } from "./providers.ts";

const rules = (over: Partial<ProviderRules> = {}): ProviderRules => ({ issuer: "https://login.example", domains: [], rolesClaim: null, roles: [], addPeople: false, defaultRoles: [], ...over });
const claims = (over: Partial<Claims> = {}): Claims => ({ subject: "s", email: "vera@shop.example", emailVerified: true, name: null, values: [], ...over });

describe("the roles that a provider gives", () => {
  const mapped = rules({ rolesClaim: "groups", roles: [{ value: "boss", role: "admin" }, { value: "house", role: "store" }, { value: "desk", role: "store" }] });

  test("none where no claim is read, all that its values stand for, each once, where one is", () => {
    expect(rolesFor(rules(), ["boss"])).toBe("as_they_are");
    expect(rolesFor(mapped, ["house", "desk", "boss", "else"])).toEqual(["admin", "store"]);
    expect(rolesFor(mapped, ["Boss", "admin", ""])).toBe("none");
  });

  test("others have the roles that are left to them", () => {
    expect(rolesFor({ ...mapped, defaultRoles: ["viewer"] }, [])).toEqual(["viewer"]);
    expect(rolesFor({ ...mapped, defaultRoles: ["viewer"] }, ["house"])).toEqual(["store"]);
  });
});

describe("an address says who somebody is", () => {
  test.each([
    [{ email: null }, {}, "NO_EMAIL"], [{ emailVerified: false }, {}, "UNVERIFIED_EMAIL"], [{}, {}, null], [{}, { domains: ["shop.example"] }, null],
    [{ email: "vera@sub.shop.example" }, { domains: ["shop.example"] }, "OTHER_DOMAIN"], [{ email: "vera@shop.example.evil.example" }, { domains: ["shop.example"] }, "OTHER_DOMAIN"],
    [{ emailVerified: false }, { domains: ["other.example"] }, "UNVERIFIED_EMAIL"],
  ] as const)("only where it is verified and of a domain that counts: %j with %j", (one, over, expected) => {
    expect(emailRefusal(rules(over), claims(one))).toBe(expected);
  });
});
