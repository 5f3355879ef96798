// A setting's value as people read it, and as they write it.
import { t } from './words.ts';
import type { Kind } from './catalogue.ts';

export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return t('nothing');
  if (typeof value === 'boolean') return t(value ? 'on' : 'off');
  if (Array.isArray(value)) return value.length === 0 ? t('nothing') : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const asText = (value: unknown, { as }: Kind): string => (value === null || value === undefined ? '' : as === 'object' ? JSON.stringify(value, null, 2) : Array.isArray(value) ? value.join(', ') : String(value));

export type Written = { readonly value: unknown } | { readonly wrong: string };

/** What somebody wrote, as the body takes it; the server has the last word. */
export function written(text: string, { as }: Kind): Written {
  const trimmed = text.trim();
  switch (as) {
    case 'flag': return { value: trimmed === 'true' };
    case 'whole': return /^-?\d{1,15}$/.test(trimmed) ? { value: Number(trimmed) } : { wrong: t('notWhole') };
    case 'maybeWhole': return trimmed === '' ? { value: null } : /^-?\d{1,15}$/.test(trimmed) ? { value: Number(trimmed) } : { wrong: t('notWhole') };
    case 'list': case 'choices': return { value: trimmed === '' ? [] : trimmed.split(',').map((one) => one.trim()).filter((one) => one !== '') };
    case 'maybeText': return { value: trimmed === '' ? null : trimmed };
    case 'object': return objectIn(trimmed);
    default: return { value: trimmed };
  }
}

function objectIn(text: string): Written {
  if (text === '') return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { wrong: t('notJson', { detail: error instanceof Error ? error.message : '' }) };
  }
}
