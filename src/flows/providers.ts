import { type Doer, addWithin, changeWithin, type ProviderAccount, userEvent, type UserStore, type UserTransaction } from "./users.ts";
import type { Ambient } from "./ports.ts";
import { type Role, ROLE_NAMES } from "./roles.ts";

/** Whom an identity provider may sign in, and as what. */
export interface ProviderRules {
  readonly issuer: string;
  /** Lower-case domains of the addresses that may be tied to a person; empty for every one. */
  readonly domains: readonly string[];
  /** The claim that names groups or roles; null where roles are given here. */
  readonly rolesClaim: string | null;
  /** Which role a value of the claim stands for. */
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** Whether people whom nobody added here are added when they first sign in. */
  readonly addPeople: boolean;
  /** Roles of those to whom the claim gives none; empty where they stay out. */
  readonly defaultRoles: readonly Role[];
}

/** What the provider vouches for. */
export interface Claims {
  readonly subject: string;
  /** Lower case; null where it told none. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** Values of the roles claim. */
  readonly values: readonly string[];
}

export const PROVIDER_REFUSALS = ["NO_EMAIL", "UNVERIFIED_EMAIL", "OTHER_DOMAIN", "UNKNOWN_PERSON", "OTHER_ACCOUNT", "NO_ROLE", "DISABLED"] as const;
export type ProviderRefusal = (typeof PROVIDER_REFUSALS)[number];

/** Who signs in. `userId` of a refusal is whom it concerns, where that is known. */
export type ProviderVerdict = { readonly ok: true; readonly userId: string } | { readonly ok: false; readonly why: ProviderRefusal; readonly userId: string | null };

/**
 * The roles that somebody has from now on: `as_they_are` where the provider has no say in them, `none` where it says that the person
 * has nothing to do here.
 */
export function rolesFor({ rolesClaim, roles, defaultRoles }: ProviderRules, values: readonly string[]): readonly Role[] | "as_they_are" | "none" {
  if (rolesClaim === null) return "as_they_are";
  const given = ROLE_NAMES.filter((name) => roles.some(({ value, role }) => role === name && values.includes(value)));
  if (given.length > 0) return given;
  return defaultRoles.length > 0 ? defaultRoles : "none";
}

/** Whether an address is good enough to say who somebody is; null where it is. Nobody is anybody by an address that was not verified. */
export function emailRefusal({ domains }: ProviderRules, { email, emailVerified }: Claims): ProviderRefusal | null {
  if (email === null) return "NO_EMAIL";
  if (!emailVerified) return "UNVERIFIED_EMAIL";
  return domains.length === 0 || domains.includes(email.slice(email.lastIndexOf("@") + 1)) ? null : "OTHER_DOMAIN";
}

const BY_PROVIDER: Doer = { actor: "sign-in", sessionId: null };

/**
 * Says who an account at the provider is. The subject decides once it is known; before, a verified address ties the account to the person who has it, or
 * a new one is added. Where the claim gives roles, the person has these from now on; the last administrator stays one.
 */
export const signInByProvider = (store: UserStore, tenantId: number, rules: ProviderRules, claims: Claims, ambient: Ambient): Promise<ProviderVerdict> =>
  store.transact(tenantId, async (tx): Promise<ProviderVerdict> => {
    const account = { issuer: rules.issuer, subject: claims.subject };
    // First of all locks, as whoever changes people takes them.
    await tx.lockAdministrators();
    const known = await whoIs(tx, rules, claims, account);
    if (!known.ok) return known;
    const roles = rolesFor(rules, claims.values);
    if (known.userId === null) return add(tx, known.email, claims.name, account, roles === "as_they_are" ? rules.defaultRoles : roles, ambient);
    const { userId, isNew } = known;
    const user = await tx.lockUser(userId);
    if (user === null || user.disabledAt !== null) return { ok: false, why: "DISABLED", userId };
    if (roles === "none") return { ok: false, why: "NO_ROLE", userId };
    if (isNew) await tie(tx, userId, account, ambient);
    // What is refused here (nobody would be left to manage people; an administrator at some nodes only) leaves the roles as they are.
    if (roles !== "as_they_are") await changeWithin(tx, userId, { roles }, BY_PROVIDER, ambient);
    return { ok: true, userId };
  });

/** Somebody who is here, tied to the account or not yet; or somebody to be added under an address. */
type Known = { readonly ok: true; readonly userId: string; readonly isNew: boolean } | { readonly ok: true; readonly userId: null; readonly email: string } | Extract<ProviderVerdict, { ok: false }>;

async function whoIs(tx: UserTransaction, rules: ProviderRules, claims: Claims, account: ProviderAccount): Promise<Known> {
  const linked = await tx.findLinked(account);
  if (linked !== null) return { ok: true, userId: linked, isNew: false };
  const why = emailRefusal(rules, claims);
  if (why !== null || claims.email === null) return { ok: false, why: why ?? "NO_EMAIL", userId: null };
  const found = await tx.findByEmail(claims.email, rules.issuer);
  // Addresses are given to other people; an account that is tied is not.
  if (found?.linked === true) return { ok: false, why: "OTHER_ACCOUNT", userId: found.id };
  if (found === null && !rules.addPeople) return { ok: false, why: "UNKNOWN_PERSON", userId: null };
  return found === null ? { ok: true, userId: null, email: claims.email } : { ok: true, userId: found.id, isNew: true };
}

async function add(tx: UserTransaction, email: string, name: string | null, account: ProviderAccount, roles: readonly Role[] | "none", ambient: Ambient): Promise<ProviderVerdict> {
  if (roles === "none" || roles.length === 0) return { ok: false, why: "NO_ROLE", userId: null };
  const added = await addWithin(tx, { email, name: nameOf(name, email), roles, nodes: null }, BY_PROVIDER, ambient);
  if (!added.ok) return { ok: false, why: "OTHER_ACCOUNT", userId: null };
  await tie(tx, added.value.id, account, ambient);
  return { ok: true, userId: added.value.id };
}

const NAME_MOST = 100;
const nameOf = (name: string | null, address: string): string => {
  const given = name?.trim().slice(0, NAME_MOST) ?? "";
  return given === "" ? address.slice(0, address.lastIndexOf("@")) : given;
};

async function tie(tx: UserTransaction, userId: string, account: ProviderAccount, ambient: Ambient): Promise<void> {
  await tx.link(userId, account);
  await tx.append([userEvent("UserLinked", userId, { issuer: account.issuer }, ambient, BY_PROVIDER)]);
}

/** Parts a person from its accounts at providers; the next sign-in there ties one anew. False where it had none. */
export const unlinkUser = (store: UserStore, tenantId: number, userId: string, doer: Doer, ambient: Ambient): Promise<boolean> =>
  store.transact(tenantId, async (tx) => {
    await tx.lockUser(userId);
    const issuers = await tx.unlink(userId);
    if (issuers.length === 0) return false;
    await tx.endSessions(userId, doer.sessionId);
    await tx.append(issuers.map((issuer) => userEvent("UserUnlinked", userId, { issuer }, ambient, doer)));
    return true;
  });
