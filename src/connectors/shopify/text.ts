/** The text without what PostgreSQL cannot hold (NUL, halves of characters), without blanks around, and at most so long. */
export function shortened(value: string, most: number): string {
  const clean = value.replaceAll('\0', '').trim();
  return (clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`).replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The first text with something in it, shortened; undefined where there is none. */
export function firstText(most: number, ...values: readonly (string | null | undefined)[]): string | undefined {
  for (const value of values) {
    const text = shortened(value ?? '', most);
    if (text !== '') return text;
  }
  return undefined;
}

/** A text as it stands, anything else as JSON. Messages can be nested deeper than JSON can be written. */
export function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '(nested too deeply to show)';
  }
}
