/**
 * Reads an address; null where it is none. URL.canParse of Node 20 is not asked: once its caller is hot, it says no to every
 * name with a letter such as ü.
 */
export function readUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
