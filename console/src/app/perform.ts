// Requests that the server itself named: a fix, or the way back from what was done.
import { createClient } from '@ordo/client';
import { read, type Result } from '../api.ts';

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

const asNamed = createClient();
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** All in turn, until one is refused. */
export async function perform(operations: readonly Operation[]): Promise<Result<unknown>> {
  for (const { method: named, path, body } of operations) {
    const method = METHODS.find((one) => one === named) ?? 'POST';
    const result = await read((signal) => asNamed.request({ method, url: path, body, headers: { 'Content-Type': 'application/json' }, signal }));
    if (!result.ok) return result;
  }
  return { ok: true, value: null };
}
