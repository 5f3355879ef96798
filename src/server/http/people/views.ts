import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { SCOPES } from "../../../flows/access.ts";
import { AREAS, SUBJECT_STATES } from "../../../flows/permissions.ts";
import { ROLE_NAMES } from "../../../flows/roles.ts";
import type { User } from "../../../flows/users.ts";
import { text } from "../schemas/fields.ts";

/** People as they are shown and written. */

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const instant = z.iso.datetime();

export const roles = z.array(z.enum(ROLE_NAMES)).min(1).max(ROLE_NAMES.length).transform((list) => ROLE_NAMES.filter((role) => list.includes(role)));
export const nodes = z.array(text(100)).min(1).max(1000).transform((codes) => [...new Set(codes)]).nullable().describe("Codes of the nodes that the person is limited to; null for everywhere.");
/** Lower case: however somebody writes an address, it is the same account. */
export const email = text(254).regex(/^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\]+$/, "Not an e-mail address.").transform((address) => address.toLowerCase());
export const personName = text(100).regex(/\S/, "A name needs a letter.").transform((name) => name.trim());
export const language = z.enum(["en", "de"]);

export const scopeName = z.enum(SCOPES);
const discount = z.int().describe("How much less than its price list a draft of an order may cost, in percent.");
export const role = z.object({ name: z.enum(ROLE_NAMES), meaning: z.string(), scopes: z.array(scopeName), discount_percent: discount }).meta({ id: "Role" });

const guarded = z.object({ id: z.string(), method: z.string(), path: z.string(), summary: z.string(), limited_by_node: z.boolean().describe("Whether who is limited to nodes may call it.") }).meta({ id: "GuardedOperation" });
export const permissionList = z.object({
  data: z.array(z.object({
    scope: scopeName, area: z.enum(AREAS), meaning: z.string(), includes: z.array(scopeName).describe("Scopes that it opens besides."), roles: z.array(z.enum(ROLE_NAMES)).describe("Roles whose people may do this."), operations: z.array(guarded),
  }).meta({ id: "Permission" })),
  for_people: z.array(guarded).describe("What everybody who has signed in may do with their own account, and no key may."),
});
export const access = z.object({
  subject: z.string(), name: z.string().nullable(), state: z.enum(SUBJECT_STATES), roles: z.array(z.enum(ROLE_NAMES)).describe("Of a person; a key has none."),
  nodes: z.array(z.string()).nullable().describe("Codes of the nodes it is limited to; null for everywhere."), discount_percent: discount,
  permissions: z.array(z.object({
    scope: scopeName, allowed: z.boolean(), from: z.array(z.object({ role: z.enum(ROLE_NAMES).nullable(), scope: scopeName })).describe("Every way it is granted: by a role, or null for what a key was given, and the scope there that opens it."),
    denied: z.enum(["not_granted", "limited_to_nodes", "disabled", "erased", "expired", "revoked"]).nullable(),
    closed: z.array(z.string()).describe("Operations of this scope that stay closed, because they cannot be limited to nodes."),
  })),
}).describe("What a person or a key may do now, and what not.").meta({ id: "EffectiveAccess" });

export const user = z.object({
  id: z.string(), name: z.string().nullable(), email: z.string().nullable(), roles: z.array(z.enum(ROLE_NAMES)),
  nodes: z.array(z.string()).nullable(), language, time_zone: z.string().nullable(),
  created_at: instant, disabled_at: instant.nullable(), erased_at: instant.nullable(), last_sign_in_at: instant.nullable(),
}).describe("Name and address are null once the person was erased.").meta({ id: "User" });

export const shownUser = (one: User): z.infer<typeof user> => ({
  id: publicId("user", one.id), name: one.name, email: one.email, roles: [...one.roles], nodes: one.nodes?.map(({ code }) => code) ?? null, language: one.language, time_zone: one.timeZone,
  created_at: new Date(one.createdAt).toISOString(), disabled_at: isoOf(one.disabledAt), erased_at: isoOf(one.erasedAt), last_sign_in_at: isoOf(one.lastSignInAt),
});
