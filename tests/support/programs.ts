import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Programs that tests start, kill and start again, each as one file: loading that is a fifth of the work of loading the sources one by one. */
export interface TestPrograms {
  /** `ordo` with its commands. */
  readonly ordo: string;
  /** tests/concurrency/worker.fixture.ts. */
  readonly worker: string;
  /** src/postgres/embedded/child.fixture.ts. */
  readonly embedded: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    ordoPrograms: TestPrograms;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What stands beside a source file is looked for there, wherever the file became a part of. */
const whereItStood: Plugin = {
  name: 'where-it-stood',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      loader: 'ts', contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

/** Bundled from the sources of now, once for each run of the tests. */
export async function bundlePrograms(): Promise<TestPrograms & { remove(): Promise<void> }> {
  // Below the packages, which stay outside of the bundle and are looked for from here.
  const directory = `${root}node_modules/.cache/ordo-tests-${process.pid}`;
  await mkdir(directory, { recursive: true });
  await build({
    entryPoints: { ordo: `${root}tests/support/ordo.entry.ts`, worker: `${root}tests/concurrency/worker.fixture.ts`, embedded: `${root}src/postgres/embedded/child.fixture.ts` },
    outdir: directory, outExtension: { '.js': '.mjs' }, bundle: true, packages: 'external', alias: { '@ordo/client': `${root}client/src/index.ts` }, platform: 'node', format: 'esm', target: 'node20',
    logLevel: 'warning', plugins: [whereItStood],
  });
  return { ordo: `${directory}/ordo.mjs`, worker: `${directory}/worker.mjs`, embedded: `${directory}/embedded.mjs`, remove: () => rm(directory, { recursive: true, force: true }) };
}
