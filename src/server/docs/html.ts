/** Markup that is known to be safe: made of constant text, and of values that were escaped on their way in. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? '');

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(written).join('') : escaped(String(part));
}

/** A template whose values are escaped unless they are markup themselves; null leaves nothing. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => new Html(texts.map((text, index) => text + written(parts[index] ?? null)).join(''));
