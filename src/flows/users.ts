import { accept, type By, type EventType, type OrdoEvent, type Outcome, publicId, refuse } from "../domain/kernel/index.ts";
import type { Place } from "./access.ts";
import type { Ambient } from "./ports.ts";
import type { Page } from "./queries.ts";
import type { Role } from "./roles.ts";

/** Somebody who signs in. Of a person that was erased only the id is left, and what it did. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly roles: readonly Role[];
  /** The nodes that the person is limited to; null where there is no such limit. */
  readonly nodes: readonly Place[] | null;
  readonly language: "en" | "de";
  readonly timeZone: string | null;
  readonly createdAt: number;
  readonly disabledAt: number | null;
  readonly erasedAt: number | null;
  readonly lastSignInAt: number | null;
}

/** An account at an identity provider: the subject is the issuer's name for it, and never becomes somebody else's. */
export interface ProviderAccount {
  readonly issuer: string;
  readonly subject: string;
}

/** One transaction on the people of a tenant. */
export interface UserTransaction {
  /** Ids of the people who may manage everything, locked, so that of two who take each other's right one is too late. */
  lockAdministrators(): Promise<readonly string[]>;
  lockUser(id: string): Promise<User | null>;
  /** Nodes by code; unknown ones are left out. */
  findPlaces(codes: readonly string[]): Promise<readonly Place[]>;
  /** False where somebody else has the address. */
  saveUser(user: User): Promise<boolean>;
  /** What the person signs in with, preferences included, goes. */
  forget(userId: string): Promise<void>;
  endSessions(userId: string, exceptSession: string | null): Promise<void>;
  /** Whose account at an identity provider this is; null where it is nobody's. */
  findLinked(account: ProviderAccount): Promise<string | null>;
  /** Who has an address, and whether that person has an account at this issuer already. */
  findByEmail(email: string, issuer: string): Promise<{ readonly id: string; readonly linked: boolean } | null>;
  link(userId: string, account: ProviderAccount): Promise<void>;
  /** Parts a person from its accounts; answers their issuers. */
  unlink(userId: string): Promise<readonly string[]>;
  append(events: readonly OrdoEvent[]): Promise<void>;
}

export interface UserStore {
  transact<T>(tenantId: number, work: (tx: UserTransaction) => Promise<T>): Promise<T>;
}

export interface OwnSettings {
  readonly name?: string | undefined;
  readonly language?: "en" | "de" | undefined;
  readonly timeZone?: string | null | undefined;
  readonly preferences?: Readonly<Record<string, unknown>> | undefined;
}

/** Reading people, and what they set for themselves. */
export interface Users {
  list(tenantId: number, page: { readonly after: readonly string[] | null; readonly limit: number }): Promise<Page<User>>;
  find(tenantId: number, id: string): Promise<User | null>;
  preferences(tenantId: number, id: string): Promise<Readonly<Record<string, unknown>>>;
  saveOwn(tenantId: number, id: string, settings: OwnSettings): Promise<void>;
}

/** Who does it: the public id for the log, and the session that goes on when the person changes itself. */
export interface Doer extends By {
  readonly sessionId: string | null;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Codes; null for everywhere. */
  readonly nodes: readonly string[] | null;
}

/** What is left out stays as it is. */
export interface UserChange {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly nodes?: readonly string[] | null | undefined;
  readonly disabled?: boolean | undefined;
}

export const userEvent = (type: EventType, userId: string, data: Readonly<Record<string, unknown>>, { newId, now }: Pick<Ambient, "newId" | "now">, { actor, origin }: By): OrdoEvent =>
  ({ id: newId(), type, orderId: null, occurredAt: now(), actor, reason: null, data: { user: publicId("user", userId), ...data }, origin });

const rightsOf = ({ roles, nodes }: User): Readonly<Record<string, unknown>> => ({ roles, nodes: nodes === null ? null : nodes.map(({ id }) => publicId("node", id)) });

/** Adds a person. USER_EXISTS where somebody has the address, UNKNOWN_NODE with a pointer to each code that is no node. */
export const addUser = (store: UserStore, tenantId: number, wanted: NewUser, doer: Doer, ambient: Ambient): Promise<Outcome<User>> =>
  store.transact(tenantId, (tx) => addWithin(tx, wanted, doer, ambient));

/** As addUser, in a transaction that does more. */
export async function addWithin(tx: UserTransaction, wanted: NewUser, doer: Doer, ambient: Ambient): Promise<Outcome<User>> {
  const nodes = await placesOf(tx, wanted.roles, wanted.nodes);
  if (!nodes.ok) return nodes;
  const user: User = {
    id: ambient.newId(), email: wanted.email, name: wanted.name, roles: wanted.roles, nodes: nodes.value, language: "en", timeZone: null, createdAt: ambient.now(),
    disabledAt: null, erasedAt: null, lastSignInAt: null,
  };
  if (!(await tx.saveUser(user))) return taken(wanted.email);
  await tx.append([userEvent("UserAdded", user.id, rightsOf(user), ambient, doer)]);
  return accept(user);
}

/**
 * Changes a person. Whoever may do something else from now on signs in again; only the session that made the change goes on.
 * Null where there is no such person; LAST_ADMINISTRATOR where nobody would be left who may manage people.
 */
export const changeUser = (store: UserStore, tenantId: number, id: string, change: UserChange, doer: Doer, ambient: Ambient): Promise<Outcome<User | null>> =>
  store.transact(tenantId, (tx) => changeWithin(tx, id, change, doer, ambient));

/** As changeUser, in a transaction that does more. */
export async function changeWithin(tx: UserTransaction, id: string, change: UserChange, doer: Doer, ambient: Ambient): Promise<Outcome<User | null>> {
  const administrators = await tx.lockAdministrators();
  const before = await tx.lockUser(id);
  if (before === null || before.erasedAt !== null) return accept(null);
  const roles = change.roles ?? before.roles;
  const nodes = change.nodes === undefined && change.roles === undefined ? accept(before.nodes) : await placesOf(tx, roles, change.nodes === undefined ? before.nodes?.map(({ code }) => code) ?? null : change.nodes);
  if (!nodes.ok) return nodes;
  const after: User = { ...before, email: change.email ?? before.email, name: change.name ?? before.name, roles, nodes: nodes.value, disabledAt: disabledAt(before, change, ambient) };
  if (isLast(administrators, after)) return lastAdministrator();
  const changed = changedFields(before, after);
  if (changed.length === 0) return accept(before);
  if (!(await tx.saveUser(after))) return taken(after.email ?? "");
  if (changed.some((field) => field !== "name")) await tx.endSessions(id, doer.sessionId);
  const type = after.disabledAt !== null && before.disabledAt === null ? "UserDisabled" : "UserChanged";
  await tx.append([userEvent(type, id, type === "UserDisabled" ? {} : { changed, ...rightsOf(after) }, ambient, doer)]);
  return accept(after);
}

/** Takes the name and the address of a person for good, and every way to sign in. Null where there is no such person; erasing again changes nothing. */
export const eraseUser = (store: UserStore, tenantId: number, id: string, doer: Doer, ambient: Ambient): Promise<Outcome<User | null>> =>
  store.transact(tenantId, async (tx) => {
    const administrators = await tx.lockAdministrators();
    const before = await tx.lockUser(id);
    if (before === null || before.erasedAt !== null) return accept(before);
    const now = ambient.now();
    const after: User = { ...before, email: null, name: null, timeZone: null, disabledAt: before.disabledAt ?? now, erasedAt: now };
    if (isLast(administrators, after)) return lastAdministrator();
    await tx.saveUser(after);
    await tx.forget(id);
    await tx.endSessions(id, null);
    await tx.append([userEvent("UserErased", id, {}, ambient, doer)]);
    return accept(after);
  });

const disabledAt = (before: User, { disabled }: UserChange, { now }: Ambient): number | null => (disabled === undefined ? before.disabledAt : disabled ? before.disabledAt ?? now() : null);

/** What is different, by the names of the interface. */
function changedFields(before: User, after: User): string[] {
  const codes = ({ nodes }: User): string => nodes?.map(({ id }) => id).toSorted().join() ?? "everywhere";
  const pairs: readonly (readonly [string, boolean])[] = [
    ["email", before.email !== after.email], ["name", before.name !== after.name], ["roles", before.roles.toSorted().join() !== after.roles.toSorted().join()],
    ["nodes", codes(before) !== codes(after)], ["disabled", (before.disabledAt === null) !== (after.disabledAt === null)],
  ];
  return pairs.flatMap(([field, differs]) => (differs ? [field] : []));
}

const isLast = (administrators: readonly string[], after: User): boolean =>
  administrators.length === 1 && administrators[0] === after.id && (!after.roles.includes("admin") || after.disabledAt !== null);

async function placesOf(tx: UserTransaction, roles: readonly Role[], codes: readonly string[] | null): Promise<Outcome<readonly Place[] | null>> {
  if (codes === null) return accept(null);
  if (roles.includes("admin")) {
    const detail = "An administrator cannot be limited to nodes.";
    return refuse("INVALID_FIELD", detail, { errors: [{ pointer: "/nodes", code: "INVALID_FIELD", detail }] });
  }
  const found = await tx.findPlaces(codes);
  const errors = codes.flatMap((code, index) =>
    (found.some((place) => place.code === code) ? [] : [{ pointer: `/nodes/${index}`, code: "UNKNOWN_NODE" as const, detail: `There is no node "${code}".` }]));
  return errors[0] === undefined ? accept(found) : refuse("UNKNOWN_NODE", errors[0].detail, { errors });
}

const taken = (email: string): Outcome<never> =>
  refuse("USER_EXISTS", `Somebody has the address ${email} already.`, { errors: [{ pointer: "/email", code: "USER_EXISTS", detail: `Somebody has the address ${email} already.` }] });
const lastAdministrator = (): Outcome<never> => refuse("LAST_ADMINISTRATOR", "This is the only person who may manage people and keys; make somebody else an administrator first.");
