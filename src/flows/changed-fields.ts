import type { By } from "../domain/kernel/index.ts";

/** Who changes something, and when, for the event that says so. */
export interface Author extends By {
  readonly now: number;
}

/** What a field was and is; "hidden" where its values are nobody's business, or longer than an event should be. */
export type ChangedFields = Readonly<Record<string, readonly [before: unknown, after: unknown] | "hidden">>;

/** Text of a value that an event carries at most. */
const SHOWN_MAX = 200;

/** The fields in which two versions of a thing differ. Of `hidden` ones only the names are told, and of long values. */
export function changedFields(before: object, after: object, hidden: readonly string[] = []): ChangedFields {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  return Object.fromEntries(names.flatMap((name): [string, ChangedFields[string]][] => {
    const [one, other] = [textOf(was.get(name)), textOf(is.get(name))];
    if (one === other) return [];
    return [[name, hidden.includes(name) || one.length > SHOWN_MAX || other.length > SHOWN_MAX ? "hidden" : [was.get(name) ?? null, is.get(name) ?? null]]];
  }));
}

/** The same whatever the order in which fields were named. */
const textOf = (value: unknown): string => JSON.stringify(value ?? null, (_, part: unknown) =>
  (typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part));

/** As a part of an event's data, which says nothing where nothing differs. */
export const toldChanges = (changed: ChangedFields): { readonly changed?: ChangedFields } => (Object.keys(changed).length === 0 ? {} : { changed });
