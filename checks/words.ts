// What a reader on any machine would stumble over: paths of one machine, and notes left for later.
import { lineAt, type Finding, type SourceFile } from './support/source.ts';
import { isGenerated } from './support/source.ts';

const RULES: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  { pattern: /(?<![\w.~}-])\/(?:work|root|home|Users)\/[\w.-]+/g, message: 'path of one machine' },
  // The quoted form of the second word is the ISO 4217 code for "no currency".
  { pattern: /\b(?:TO[D]O|FIX[M]E)\b|(?<!['"`])\bX[X]X\b(?!['"`])/g, message: 'note left for later: do it, or open an issue' },
];

export const isRead = ({ path }: SourceFile): boolean => !isGenerated(path) && path !== 'package-lock.json';

export function checkWords(files: readonly SourceFile[]): Finding[] {
  return files.filter(isRead).flatMap((file) => RULES.flatMap(({ pattern, message }) =>
    [...file.text.matchAll(pattern)].map((match) => ({ file: file.path, line: lineAt(file.text, match.index), message: `${message}: ${match[0]}` }))));
}
