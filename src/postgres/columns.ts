/** Turns rows into the column arrays that `unnest` takes: one array per given reader, all of equal length. */
export function columns<T>(rows: readonly T[], readers: readonly ((row: T) => unknown)[]): unknown[][] {
  return readers.map((read) => rows.map(read));
}

/** Instants travel as ISO text; null stays null and means what the column says (never, or for ever). */
export const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The reverse: a timestamptz as milliseconds, with infinity and null both as null. */
export function millis(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  return null;
}

export const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** PostgreSQL text cannot hold NUL; the edge refuses it, and this keeps a defect there from becoming a failed batch. */
export const json = (value: unknown): string => JSON.stringify(value).replaceAll("\\u0000", "");
