import { expect, test } from "vitest";
import { SCOPES } from "./access.ts";
import { accessOf, AREAS, type GuardedOperation, includedIn, PERMISSIONS, rolesWith, subjectOfKey, subjectOfUser } from "./permissions.ts";
import { ROLE_NAMES } from "./roles.ts";

const operation = (id: string, scope: GuardedOperation["scope"], limitedByNode: boolean): GuardedOperation => ({ id, method: "GET", path: `/v1/${id}`, summary: id, scope, limitedByNode });
const OPERATIONS = [operation("listOrders", "orders:read", true), operation("listMails", "orders:read", false), operation("listCustomers", "orders:read_personal", false), operation("pickShipment", "shipments:write", true), operation("getSession", "person", false)];
const BERLIN = [{ id: "1", code: "berlin" }];
const person = { roles: ["store"], nodes: null, disabledAt: null, erasedAt: null } as const;
const of = (subject: Parameters<typeof accessOf>[0], scope: string) => accessOf(subject, OPERATIONS).permissions.find((one) => one.scope === scope);

test("each scope has an area and a meaning, and each area a scope", () => {
  expect(Object.keys(PERMISSIONS).toSorted()).toEqual([...SCOPES].toSorted());
  expect([...new Set(SCOPES.map((scope) => PERMISSIONS[scope].area))].toSorted()).toEqual([...AREAS].toSorted());
  for (const { meaning } of Object.values(PERMISSIONS)) expect(meaning).toMatch(/^[A-Z].+\.$/);
});

test("admin includes everything, and names include that there is an order", () => {
  expect(includedIn("admin")).toEqual(SCOPES.filter((scope) => scope !== "admin"));
  expect(includedIn("orders:read_personal")).toEqual(["orders:read"]);
  expect(includedIn("orders:write")).toEqual([]);
  expect(rolesWith("admin")).toEqual(["admin"]);
  expect(rolesWith("stock:write")).toEqual(["admin", "manager", "store"]);
});

test("a permission comes from each role that has it, by the scope that opens it", () => {
  const subject = subjectOfUser({ ...person, roles: ["agent", "viewer"] });
  expect(of(subject, "orders:read")).toEqual({ scope: "orders:read", allowed: true, denied: null, closed: [], from: [{ role: "agent", scope: "orders:read" }, { role: "agent", scope: "orders:read_personal" }, { role: "viewer", scope: "orders:read" }] });
  expect(of(subject, "events:read")?.from).toEqual([{ role: "viewer", scope: "events:read" }]);
  expect(of(subject, "shipments:write")).toMatchObject({ allowed: false, from: [], denied: "not_granted" });
  expect(accessOf(subject, OPERATIONS).discountPercent).toBe(10);
});

test("who is limited to nodes may only what can be limited so", () => {
  const subject = subjectOfUser({ ...person, nodes: BERLIN });
  expect(of(subject, "orders:read")).toMatchObject({ allowed: true, closed: ["listMails"] });
  expect(of(subject, "orders:read_personal")).toMatchObject({ allowed: false, denied: "limited_to_nodes", closed: [] });
  expect(of(subject, "shipments:write")).toMatchObject({ allowed: true, closed: [] });
});

test("an account or a key that does not work may nothing, and what it was given is told all the same", () => {
  const key = { scopes: ["orders:read_personal"], revokedAt: null, expiresAt: 2_000 } as const;
  expect(of(subjectOfKey(key, 1_999), "orders:read")).toMatchObject({ allowed: true, from: [{ role: null, scope: "orders:read_personal" }] });
  for (const [subject, denied] of [[subjectOfKey(key, 2_000), "expired"], [subjectOfKey({ ...key, revokedAt: 1 }, 0), "revoked"], [subjectOfUser({ ...person, disabledAt: 1 }), "disabled"], [subjectOfUser({ ...person, disabledAt: 1, erasedAt: 1 }), "erased"]] as const) {
    expect(of(subject, "orders:read")).toMatchObject({ allowed: false, denied });
    expect(of(subject, "orders:read")?.from.length).toBeGreaterThan(0);
    expect(accessOf(subject, OPERATIONS).discountPercent).toBe(0);
  }
});

test("every role may what the matrix says of it", () => {
  for (const role of ROLE_NAMES) {
    const { permissions } = accessOf(subjectOfUser({ ...person, roles: [role] }), OPERATIONS);
    for (const { scope, allowed } of permissions) expect(allowed, `${role} ${scope}`).toBe(rolesWith(scope).includes(role));
  }
});
