// The body of a message as people read it. Only blanks are put between what is there: a number of many digits stays as it came.
const OPENS = '{[';
const CLOSES = '}]';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON with a line for each value, or null where the text is none. */
export function pretty(text: string): string | null {
  if (!isJson(text)) return null;
  let [made, depth, quoted] = ['', 0, false];
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      made += char;
      if (char === '\\') made += text.charAt((at += 1));
      else if (char === '"') quoted = false;
    } else if (char === '"') {
      made += char;
      quoted = true;
    } else if (OPENS.includes(char)) {
      const rest = /^\s*[\]}]/.exec(text.slice(at + 1, at + 100));
      if (rest !== null) {
        made += char + rest[0].trim();
        at += rest[0].length;
      } else {
        depth += 1;
        made += char + line();
      }
    } else if (CLOSES.includes(char)) {
      depth -= 1;
      made += line() + char;
    } else if (char === ',') made += char + line();
    else if (char === ':') made += ': ';
    else if (!/\s/.test(char)) made += char;
  }
  return made;
}

const MOST = 20_000;

/** So much of a text that a page stays quick, and whether it is all. */
export const bounded = (text: string): { readonly text: string; readonly isAll: boolean } => ({ text: text.slice(0, MOST), isAll: text.length <= MOST });
