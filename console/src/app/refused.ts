// What is written, and which of its fields the server refused.
import { type Fault as Remark, read, type Result } from '../api.ts';
import { Failed } from './ask.ts';

export type { Remark };

export class Refused extends Failed {
  readonly remarks: readonly Remark[];
  constructor(failure: Failed['failure'], remarks: readonly Remark[]) {
    super(failure);
    this.remarks = remarks;
  }
}

/** What the server answers to a change; a refusal throws, and names the fields it is about. */
export async function written<T>(ask: Parameters<typeof read<T>>[0]): Promise<T> {
  let error: unknown;
  const result: Result<T> = await read<T>(async (signal) => {
    const raw = await ask(signal);
    error = raw.error;
    return raw;
  });
  if (result.ok) return result.value;
  throw new Refused(result.failure, remarksOf(error));
}

export const remarksIn = (error: unknown): readonly Remark[] => (error instanceof Refused ? error.remarks : []);

function remarksOf(error: unknown): readonly Remark[] {
  const errors = field(error, 'errors');
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one: unknown) => {
    const [pointer, code, detail] = [field(one, 'pointer'), field(one, 'code'), field(one, 'detail')];
    return typeof pointer === 'string' && typeof detail === 'string' ? [{ pointer: pointer.replace(/^#/, ''), ...(typeof code === 'string' ? { code } : {}), detail }] : [];
  });
}

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined);
