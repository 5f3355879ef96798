import type { RefusalCode } from "./refusals.ts";

/** One bad field: a JSON pointer into the caller's body, a code and a sentence with the caller's own value. */
export interface FieldError {
  readonly pointer: string;
  readonly code: RefusalCode;
  readonly detail: string;
}

/** An expected "no": a stable code, a sentence that says what happened and what to do, and every bad field. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** A refusal is a value, never an exception: its neighbours in the batch go on. */
export function refuse(
  code: RefusalCode,
  detail: string,
  extra: { errors?: readonly FieldError[]; data?: Readonly<Record<string, unknown>> } = {},
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, detail, ...extra } };
}
