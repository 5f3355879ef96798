// npm run generate: writes every reference page, the OpenAPI document, the client and the schema text from the code.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadDocument } from './support/catalogues.ts';
import { CLIENT_FOLDER, generateClient } from './support/client-source.ts';
import { OUTPUTS } from './support/outputs.ts';
import { freshSchemaText, SCHEMA_FILE } from './support/schema-text.ts';
import { ROOT } from './support/source.ts';

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(ROOT, path)), { recursive: true });
  await writeFile(join(ROOT, path), text);
}

async function writeClient(): Promise<void> {
  const files = await generateClient(await loadDocument());
  await rm(join(ROOT, CLIENT_FOLDER), { recursive: true, force: true });
  for (const [path, text] of files) await write(`${CLIENT_FOLDER}/${path}`, text);
}

const steps: readonly (readonly [string, () => Promise<void>])[] = [
  ...OUTPUTS.map(({ path, make }) => [path, async () => write(path, (await make()).text)] as const),
  [CLIENT_FOLDER, writeClient],
  [SCHEMA_FILE, async () => write(SCHEMA_FILE, (await freshSchemaText()).text)],
];

// One step that fails does not keep the others from being written.
for (const [name, run] of steps) {
  try {
    await run();
    console.log(`wrote ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`could not write ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
