import { createHash } from 'node:crypto';

/** The same step of the same thing has the same key in every run. Ids that are no plain short text enter it as their hash. */
export function keyOf(settings: { readonly channel: string }, ...parts: readonly string[]): string {
  const all = [settings.channel, ...parts];
  const key = all.join(':');
  const isPlain = /^[\x21-\x7e]{1,255}$/.test(key) && all.every((part) => !part.includes(':'));
  return isPlain ? key : `import:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
}
