#!/usr/bin/env node
// The program is TypeScript and runs as it is: one process, so that signals reach it and nothing has to be built first.
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  process.stderr.write(`Ordo needs Node 20.20 or newer, and this is ${process.versions.node}. Install a newer Node and start again.\n`);
  process.exit(1);
}

// Where V8 takes objects for long-lived that a transaction makes, it keeps all that they point to until its next full collection;
// and that comes when the heap is three times what is in use, instead of four times.
setFlagsFromString('--no-allocation-site-pretenuring');
setFlagsFromString('--heap-growing-percent=200');

try {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
} catch {
  process.stderr.write('The packages Ordo needs are not installed. Run "npm ci" in its folder and start again.\n');
  process.exit(1);
}

// A reader that has seen enough (head, less) closes the pipe; that is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
