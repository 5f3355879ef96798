/** An impossible state: a defect of the program, never of its input. The batch that meets it writes nothing. */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}

/** For what never happens. */
export function impossible(message: string): never {
  throw new BrokenInvariant(message);
}

/** The value, or a defect naming what should have been there. */
export function present<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `missing ${what}`);
  return value;
}
