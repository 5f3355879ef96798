import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkDeclared, checkExactVersions, checkLicences, checkLock, checkReasons, parse, remoteEntries, runtimeEntries, type Lock, type LockEntry, type Manifest,
} from './packages.ts';
import { expectClean, fixture, readProjectFile, ROOT, type SourceFile } from './support/source.ts';

const MANIFESTS = ['package.json', 'client/package.json', 'console/package.json'];
const json = (path: string, value: unknown): SourceFile => fixture(path, JSON.stringify(value, null, 2));

describe('packages', () => {
  const root = readProjectFile('package.json');
  const lockFile = readProjectFile('package-lock.json');
  const lock = parse<Lock>(lockFile);

  it('have exact versions', () => {
    const manifests = MANIFESTS.map(readProjectFile);
    expectClean(checkExactVersions(manifests), manifests.length, 3);
  });

  it('are locked by content', () => expectClean(checkLock(lockFile), remoteEntries(lock).length, 50));

  it('have licences on the list', () => {
    const installed = (path: string): Manifest | undefined =>
      existsSync(join(ROOT, path, 'package.json')) ? parse<Manifest>(readProjectFile(`${path}/package.json`)) : undefined;
    const read = runtimeEntries(lock).filter(([path]) => installed(path) !== undefined);
    expectClean(checkLicences(lock, installed), read.length, 30);
  });

  it('each have a reason', () => {
    const page = readProjectFile('docs/decisions/0001-dependencies.md');
    const manifests = MANIFESTS.map(readProjectFile);
    expectClean(checkReasons(manifests, page), Object.keys(parse<Manifest>(root).dependencies ?? {}).length, 5);
  });
});

describe('the package checks', () => {
  it.each(['^1.2.3', '~1.2.3', '*', 'latest', '1.x', '>=1.0.0', 'git+ssh://git@host/a.git', 'https://host/a.tgz', 'owner/name', 'file:../a', 'npm:a@^1.0.0'])('find the version %s', (version) => {
    expect(checkExactVersions([json('package.json', { devDependencies: { b: '1.0.0', a: version } })])).toEqual([expect.objectContaining({ line: 4 })]);
  });

  it('accept exact versions and aliases', () => {
    expect(checkExactVersions([json('package.json', { dependencies: { a: '1.2.3', b: '18.4.0-beta.17', c: 'npm:typescript@7.0.2', d: 'npm:@x/y@1.0.0' } })])).toEqual([]);
  });

  const lockOf = (entry: LockEntry): SourceFile => json('package-lock.json', { packages: { '': {}, client: {}, 'node_modules/a': entry } });

  it('find a missing integrity and a foreign origin', () => {
    expect(checkLock(lockOf({ version: '1.0.0' }))).toHaveLength(1);
    expect(checkLock(lockOf({ integrity: 'sha1-x' }))).toHaveLength(1);
    expect(checkLock(lockOf({ integrity: 'sha512-x', resolved: 'https://example.org/a.tgz' }))).toHaveLength(1);
    expect(checkLock(lockOf({ link: true, resolved: 'git+ssh://git@example.org/a.git' }))).toHaveLength(2);
    expect(checkLock(lockOf({ integrity: 'sha512-x' }))).toEqual([]);
    expect(checkLock(lockOf({ link: true, resolved: 'client' }))).toEqual([]);
  });

  it.each([
    [{ license: 'MIT' }, true], [{ license: '(MIT OR GPL-3.0)' }, true], [{ license: '(MIT AND Zlib)' }, false], [{ license: 'GPL-3.0' }, false],
    [{}, false], [{ licenses: [{ type: 'ISC' }] }, true], [{ license: 'UNLICENSED' }, false], [{ license: 'LGPL-3.0' }, false],
  ])('judge the licence %j', (manifest, allowed) => {
    const found = checkLicences({ packages: { 'node_modules/a': { integrity: 'sha512-x' } } }, () => manifest);
    expect(found.length === 0).toBe(allowed);
  });

  it('find a runtime package that is not installed, and leave development ones alone', () => {
    expect(checkLicences({ packages: { 'node_modules/a': {} } }, () => undefined)).toHaveLength(1);
    expect(checkLicences({ packages: { 'node_modules/a': { dev: true } } }, () => undefined)).toEqual([]);
    expect(checkLicences({ packages: { 'node_modules/a': { optional: true, license: 'GPL-3.0' } } }, () => undefined)).toHaveLength(1);
  });

  it('find a dependency without a reason and a reason without a dependency', () => {
    const manifest = json('package.json', { dependencies: { pg: '1.0.0', zod: '1.0.0' }, optionalDependencies: { '@x/a': '1.0.0', '@x/b': '1.0.0' } });
    const page = fixture('docs/a.md', '| `pg` | the driver, speaks to PostgreSQL |', '| `zod` | |', '- `@x/*` — binaries of each platform', '| `old` | was once needed for dates |');
    expect(checkReasons([manifest], page).map(({ message }) => message)).toEqual(['no reason is given for zod', 'old is not a dependency']);
  });

  it('find an import of a development dependency in src', () => {
    const manifest = json('package.json', { dependencies: { pg: '1.0.0' }, devDependencies: { vitest: '1.0.0' } });
    const files = [fixture('src/a.ts', "import pg from 'pg'; import { c } from '@ordo/client'; import 'vitest';"), fixture('src/a.test.ts', "import 'vitest';")];
    expect(checkDeclared(files, manifest)).toEqual([expect.objectContaining({ file: 'src/a.ts', message: 'vitest is not a runtime dependency' })]);
  });
});
