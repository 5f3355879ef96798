import { describe, expect, it } from 'vitest';
import { importsOf } from './support/imports.ts';
import { expectClean, fixture, loadCode } from './support/source.ts';

describe('what the checks stand on', () => {
  it('fails on a finding, with file, line and message', () => {
    expect(() => expectClean([{ file: 'src/a.ts', line: 3, message: 'is wrong' }], 10, 1)).toThrow('src/a.ts:3 is wrong');
  });

  it('fails when it read too little', () => {
    expect(() => expectClean([], 0, 1)).toThrow('examined 0, expected at least 1');
    expect(() => expectClean([], 1, 1)).not.toThrow();
  });

  it('reads its own folder and no installed package', () => {
    const paths = loadCode(['checks']).map(({ path }) => path);
    expect(paths).toContain('checks/support/source.ts');
    expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  it('sees every way to import', () => {
    const found = importsOf(fixture('src/a/b.ts',
      "import x from './one.ts'; import type { Y } from '../two.ts'; import { type Z } from './three.ts'; import './four.ts';",
      "export * from './five.ts'; type A = import('./six.ts').A; const b = await import('./seven.ts'); const c = require('./eight.ts');",
      "import fs from 'fs/promises'; import { join } from 'node:path'; import q from '@scope/name/deep'; import type { R } from 'plain';"));
    expect(found.map(({ target, typeOnly }) => [target.kind === 'file' ? target.path : `${target.kind} ${target.name}`, typeOnly])).toEqual([
      ['src/a/one.ts', false], ['src/two.ts', true], ['src/a/three.ts', true], ['src/a/four.ts', false],
      ['src/a/five.ts', false], ['src/a/six.ts', true], ['src/a/seven.ts', false], ['src/a/eight.ts', false],
      ['node fs/promises', false], ['node path', false], ['package @scope/name', false], ['package plain', true],
    ]);
  });
});
