import { describe, expect, it } from 'vitest';
import { checkSizes, checkStrictness } from './sizes.ts';
import { fixture } from './support/source.ts';

const body = (lines: number): string => `{\n${'x();\n'.repeat(lines - 2)}}`;
const messages = (found: readonly { message: string }[]): string[] => found.map(({ message }) => message);

describe('sizes', () => {
  it('finds a file of 401 lines, not one of 400', () => {
    expect(messages(checkSizes([fixture('src/server/a.ts', 'x();\n'.repeat(401))]))).toEqual(['401 lines, at most 400']);
    expect(checkSizes([fixture('src/server/a.ts', 'x();\n'.repeat(400))])).toEqual([]);
  });

  it.each([
    ['function a() ', 'a'], ['const a = () => ', 'a'], ['const a = function () ', 'a'],
    ['class A { a() ', 'a'], ['class A { constructor() ', '(anonymous)'], ['run(() => ', '(anonymous)'],
  ])('finds 71 lines in %s', (head, name) => {
    const tail = head.startsWith('class') ? ' }' : head.startsWith('run') ? ')' : '';
    expect(messages(checkSizes([fixture('src/server/a.ts', head + body(71) + tail)]))).toEqual([`function ${name} has 71 lines, at most 70`]);
    expect(checkSizes([fixture('src/server/a.ts', head + body(70) + tail)])).toEqual([]);
  });

  it('leaves tests and generated files alone', () => {
    const long = `function a() ${body(500)}`;
    const exempt = ['src/server/a.test.ts', 'tests/journeys/a.ts', 'client/src/generated/a.ts'];
    expect(checkSizes(exempt.map((path) => fixture(path, long)))).toEqual([]);
  });
});

describe('strictness', () => {
  it.each([
    'const a: any = 1;', 'const a = b!;', 'let a!: string;', 'const a = b as string;', 'const a = b as unknown as C;',
    'const a = <string>b;', '// @ts-ignore', '/* @ts-expect-error: later */ x();',
  ])('finds %s in the domain', (line) => {
    const found = checkStrictness([fixture('src/domain/order/a.ts', 'export {};', line, 'y();')]);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.line).toBe(2);
  });

  it('accepts const assertions and satisfies, and casts outside the core', () => {
    expect(checkStrictness([
      fixture('src/flows/a.ts', 'const a = [1] as const; const b = { a } satisfies B; const c = !d; if (a !== b) c();'),
      fixture('src/server/a.ts', 'const a = b as string;'),
      fixture('src/server/b.ts', "const a = '@ts-ignore';"),
    ])).toEqual([]);
  });
});
