import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { SCOPES } from "../../../flows/access.ts";
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
export const role = z.object({ name: z.enum(ROLE_NAMES), meaning: z.string(), scopes: z.array(scopeName) }).meta({ id: "Role" });

export const user = z.object({
  id: z.string(), name: z.string().nullable(), email: z.string().nullable(), roles: z.array(z.enum(ROLE_NAMES)),
  nodes: z.array(z.string()).nullable(), language, time_zone: z.string().nullable(),
  created_at: instant, disabled_at: instant.nullable(), erased_at: instant.nullable(), last_sign_in_at: instant.nullable(),
}).describe("Name and address are null once the person was erased.").meta({ id: "User" });

export const shownUser = (one: User): z.infer<typeof user> => ({
  id: publicId("user", one.id), name: one.name, email: one.email, roles: [...one.roles], nodes: one.nodes?.map(({ code }) => code) ?? null, language: one.language, time_zone: one.timeZone,
  created_at: new Date(one.createdAt).toISOString(), disabled_at: isoOf(one.disabledAt), erased_at: isoOf(one.erasedAt), last_sign_in_at: isoOf(one.lastSignInAt),
});
