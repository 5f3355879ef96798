import type { z } from 'zod';
import type { FieldError } from '../../domain/kernel/index.ts';
import { readable, shortened } from './text.ts';

const ERRORS_MAX = 200;
const VALUE_MAX = 100;

/** Every bad field with the sender's own value. The message of a schema says what it expects; `place` is where the parsed part stands in the message. */
export const fieldErrors = (issues: readonly z.core.$ZodIssue[], parsed: unknown, place: string): FieldError[] =>
  issues.slice(0, ERRORS_MAX).map((issue) => ({
    pointer: place + issue.path.map(step).join(''),
    code: 'INVALID_FIELD',
    detail: sentence(valueAt(parsed, issue.path), issue.message),
  }));

const step = (key: PropertyKey): string => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function sentence(value: unknown, expected: string): string {
  if (value === undefined) return `This field is missing: it has to be ${expected}.`;
  const shown = typeof value === 'string' ? `"${shortened(value, VALUE_MAX)}"` : value === null ? 'null' : shortened(readable(value), VALUE_MAX);
  return `${shown} is not ${expected}.`;
}
