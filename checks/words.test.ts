import { describe, expect, it } from 'vitest';
import { expectClean, fixture, loadFiles } from './support/source.ts';
import { checkWords, isRead } from './words.ts';

const TEXT = /(?:\.(?:ts|tsx|js|mjs|sql|md|json|css|html|yml|yaml|sh|toml)|\/run|LICENSE|Dockerfile)$/;

describe('words', () => {
  it('hold in the project', () => {
    const files = loadFiles([''], (path) => TEXT.test(path));
    expectClean(checkWords(files), files.filter(isRead).length, 80);
  });

  // Put together so that this file itself stays clean.
  it.each([
    `see ${'/ho'}me/someone/ordo`, `"${'/wo'}rk/main"`, `file://${'/ro'}ot/x`, `(${'/Use'}rs/someone)`, `// TO${'DO'}: later`, `FIX${'ME'}`, `XX${'X'} look`,
  ])('finds %s', (line) => {
    expect(checkWords([fixture('docs/a.md', '', line)])).toEqual([expect.objectContaining({ line: 2 })]);
  });

  it.each(['GET /v1/orders', 'docs/work/flow.md', 'run as root', "const none = 'XX' + 'X'", `'XX${'X'}'`, 'https://example.org/home/page'])('accepts %s', (line) => {
    expect(checkWords([fixture('docs/a.md', line)])).toEqual([]);
  });
});
