import { describe, expect, it } from 'vitest';
import { checkBoundaries, isGoverned } from './boundaries.ts';
import { checkDeclared } from './packages.ts';
import { checkPurity, isPure } from './purity.ts';
import { checkReferences, checkSettingNames, isReferenceScope, type Names } from './references.ts';
import { checkSizes, checkStrictness, isCore, isMeasured } from './sizes.ts';
import { checkConstantSql, checkQueryCalls, isSqlScope } from './sql.ts';
import * as catalogues from './support/catalogues.ts';
import { expectClean, loadCode, loadFiles, readProjectFile, type SourceFile } from './support/source.ts';

/** The project as it is. What each check finds is tested beside the check; here all of them share one reading of the code. */
describe('in the project', () => {
  const files = loadCode();
  const below = (...roots: readonly string[]): SourceFile[] => files.filter(({ path }) => roots.some((root) => path.startsWith(`${root}/`)));

  it('boundaries hold', () => expectClean(checkBoundaries(files), files.filter(isGoverned).length, 40));
  it('domain and flows are pure', () => expectClean(checkPurity(files.filter(isPure)), files.filter(isPure).length, 20));
  it('sizes hold', () => expectClean(checkSizes(files), files.filter(isMeasured).length, 50));
  it('types are strict', () => expectClean(checkStrictness(files), files.filter(isCore).length, 20));
  it('SQL is constant', () => expectClean(checkConstantSql(files), files.filter(isSqlScope).length, 50));
  it('SQL is spoken only in src/postgres', () => expectClean(checkQueryCalls(files), files.filter(isSqlScope).length, 50));
  it('packages that src imports are runtime dependencies', () => expectClean(checkDeclared(below('src'), readProjectFile('package.json')), below('src').length, 40));

  it('complaints that are told as mended have a test by their number', () => {
    const told = [...readProjectFile('docs/explanation/complaints.md').text.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    const tests = files.filter(({ path }) => path.endsWith('.test.ts')).map(({ text }) => text).join('\n');
    const tested = new Set([...tests.matchAll(/['"`]complaints? (\d+)(?: and (\d+))?: /g)].flatMap(([, one, other]) => [Number(one), Number(other)]));
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter((number) => !tested.has(number))).toEqual([]);
  });

  it('names in code and documentation exist', async () => {
    const names = await loadNames();
    const code = below('src', 'console/src');
    const docs = loadFiles(['docs'], (path) => path.endsWith('.md')).concat(readProjectFile('README.md'));
    const found = [...checkReferences(code, names), ...docs.flatMap((file) => checkSettingNames(file, names.settings))];
    expectClean(found, code.filter(isReferenceScope).length, 40);
  });
});

async function loadNames(): Promise<Names> {
  const named = (list: readonly { readonly name: string }[]): Set<string> => new Set(list.map(({ name }) => name));
  return {
    refusals: new Set(Object.keys(await catalogues.loadRefusals())),
    events: new Set(Object.keys(await catalogues.loadEvents())),
    settings: named(await catalogues.loadSettings()),
    metrics: named(await catalogues.loadMetrics()),
  };
}
