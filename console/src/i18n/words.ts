// What people read, in every language there is. A catalogue whose languages differ in their keys does not compile.
import { IntlMessageFormat } from 'intl-messageformat';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Values = Readonly<Record<string, string | number>>;

let current: Language = 'en';

export const language = (): Language => current;
export const isLanguage = (text: unknown): text is Language => LANGUAGES.some((one) => one === text);

/** The page is drawn anew afterwards: words are looked up while drawing. */
export function speak(next: Language): void {
  current = next;
  document.documentElement.lang = next;
}

/** How numbers and days are written: by the reader's own variant of the language, where the browser names one. */
export function locale(): string {
  const own = typeof navigator === 'undefined' ? undefined : navigator.languages?.find((one) => one === current || one.startsWith(`${current}-`));
  return own ?? (current === 'en' ? 'en-GB' : current);
}

type Texts = Readonly<Record<string, string>>;

export interface Words<K extends string> {
  (key: K, values?: Values): string;
  /** The text of a key that came over the wire, or null where there is none. */
  readonly maybe: (key: string) => string | null;
  readonly texts: Readonly<Record<Language, Texts>>;
}

/** Texts are ICU messages: "{count, plural, one {# order} other {# orders}}". */
export function words<const E extends Texts>(en: E, de: Readonly<Record<keyof E & string, string>>): Words<keyof E & string> {
  const texts: Readonly<Record<Language, Texts>> = { en, de };
  const made = new Map<string, IntlMessageFormat>();
  const say = (key: string, values?: Values): string => {
    const text = texts[current][key] ?? key;
    if (values === undefined) return text;
    const known = `${locale()} ${key}`;
    const message = made.get(known) ?? new IntlMessageFormat(text, locale(), undefined, { ignoreTag: true });
    made.set(known, message);
    return String(message.format(values));
  };
  return Object.assign(say, { texts, maybe: (key: string) => texts[current][key] ?? null });
}
