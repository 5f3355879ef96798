import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../src/server/docs/markdown.ts';
import * as catalogues from './support/catalogues.ts';
import { CLIENT_FOLDER, differences, generateClient, readFiles } from './support/client-source.ts';
import { OUTPUTS, pathsOf } from './support/outputs.ts';
import { cliPage, documentPage, errorsPage, eventsPage, metricsPage, settingsPage, unusedStatuses } from './support/pages.ts';
import { fixture, readProjectFile, ROOT, type Finding } from './support/source.ts';
import { checkReferences, type Names } from './references.ts';

const STALE = 'run npm run generate and commit the result';

describe('reference pages match the code', () => {
  it.each(OUTPUTS)('$path', async ({ path, minimum, make }) => {
    const { text, entries } = await make();
    expect(entries, 'entries in the catalogue').toBeGreaterThanOrEqual(minimum);
    expect(existsSync(join(ROOT, path)), `${path} is missing: ${STALE}`).toBe(true);
    expect(readProjectFile(path).text, `${path}: ${STALE}`).toBe(text);
  });

  it('writes every entry of a table', () => {
    const errors = errorsPage({ B_CODE: { title: 'Second', fix: 'Wait.' }, A_CODE: { title: 'First', fix: 'Try again' } }, { A_CODE: 409, B_CODE: 503 });
    expect(errors).toContain('## A_CODE\n\n**First** · HTTP 409\n\n**What happened.** First.\n\n**What to do.** Try again.\n\n## B_CODE');
    expect(() => errorsPage({ A_CODE: { title: 'a', fix: 'b' } }, {})).toThrow('A_CODE');
    expect(unusedStatuses({}, { OLD: 400 })).toEqual(['OLD']);
    expect(eventsPage({ OrderCaptured: { meaning: 'Accepted.', data: 'lines' } })).toContain('## OrderCaptured\n\nAccepted.\n\nData: lines.');
    expect(settingsPage([{ name: 'ORDO_A', default: '', meaning: 'a|b', secret: true }])).toContain('| `ORDO_A` | none | yes | a\\|b |');
    expect(metricsPage([{ name: 'ordo_a_total', kind: 'counter', meaning: 'm', labels: ['x', 'y'] }])).toContain('| `ordo_a_total` | counter | `x`, `y` | m |');
    const commands = cliPage([{ name: 'start', usage: 'ordo start', summary: 'Starts', options: [{ name: '--port', meaning: 'p' }, { name: '--for WHOM', meaning: 'Only these.', choices: ['A', 'B'], several: true }] }], { 0: 'done', 2: 'called wrongly' });
    expect(commands).toContain('## start\n\nStarts.\n\n```sh\nordo start\n```\n\n| Option | Meaning |');
    expect(commands).toContain('| `--for WHOM` | Only these. Any of A, B; several with commas. |');
    expect(commands).toContain('| 0 | done |\n| 2 | called wrongly |');
  });
});

describe('links between pages', () => {
  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('of %s lead to files that are there', (path) => {
    const { links } = renderMarkdown(readProjectFile(path).text, () => null);
    expect(links.filter((href) => !/^(https?:|mailto:|#)/.test(href) && !existsSync(join(ROOT, href.replace(/#.*$/, ''))))).toEqual([]);
  });
});

describe('the client matches the OpenAPI document', () => {
  it('in the project', async () => {
    const document = await catalogues.loadDocument();
    expect(Object.keys(pathsOf(document)).length).toBeGreaterThanOrEqual(10);
    const [fresh, committed] = await Promise.all([generateClient(document), readFiles(join(ROOT, CLIENT_FOLDER))]);
    expect(differences(fresh, committed), STALE).toEqual([]);
    expect(fresh.size).toBeGreaterThan(5);
  });

  it('is generated the same twice, from a copy of the document', async () => {
    const answer = { 200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } };
    const document = {
      openapi: '3.1.0', info: { title: 'Ordo', version: '0' },
      components: { schemas: { Order: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } } },
      paths: { '/v1/orders/{id}': { get: { operationId: 'getOrder', parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string' } }], responses: answer } } },
    };
    const before = documentPage(document);
    const [first, second] = [await generateClient(document), await generateClient(document)];
    expect(differences(first, second)).toEqual([]);
    expect(documentPage(document)).toBe(before);
    expect(first.get('sdk.gen.ts')).toContain('export const getOrder');
  });

  it('finds a missing, a changed and a left-over file', () => {
    const found = differences(new Map([['a', '1'], ['b', '1']]), new Map([['b', '2'], ['c', '1']]));
    expect(found).toEqual(['a is missing', 'b differs', 'c is left over']);
  });
});

describe('names in code and documentation exist', () => {
  const names: Names = {
    refusals: new Set(['NOT_FOUND']), events: new Set(['OrderCaptured']), settings: new Set(['ORDO_PORT']), metrics: new Set(['ordo_orders_total']),
  };
  const found = (line: string): Finding[] => checkReferences([fixture('src/server/a.ts', '', line)], names);

  it.each([
    ["refuse('NO_SUCH', 'x');", 'refusal code NO_SUCH'],
    ["refuse(late ? 'NOT_FOUND' : 'TOO_LATE', 'x');", 'refusal code TOO_LATE'],
    ["errors.push({ pointer: '/a', code: 'BAD', detail: 'x' });", 'refusal code BAD'],
    ["const a = { type: 'OrderMoved', orderId };", 'event type OrderMoved'],
    ["if (event.type === 'LineRenamed') x();", 'event type LineRenamed'],
    ["new Counter({ name: 'ordo_other_total', help: 'x' });", 'metric ordo_other_total'],
    ['const a = process.env.ORDO_HOST;', 'setting ORDO_HOST'],
    ["const a = env['ORDO_HOST'];", 'setting ORDO_HOST'],
    ['// See ORDO_HOST.', 'setting ORDO_HOST'],
  ])('finds %s', (line, message) => {
    expect(found(line)).toEqual([{ file: 'src/server/a.ts', line: 2, message: expect.stringContaining(message) }]);
  });

  it.each([
    "refuse('NOT_FOUND', 'x'); const a = { type: 'OrderCaptured', data: {} };",
    "new Counter({ name: 'ordo_orders_total', help: 'x' }); db.run({ name: 'ordo_prepared', text });",
    "const a = process.env.ORDO_PORT; const b = { type: 'object', code: 'EUR' }; const c = 'ORDO_';",
  ])('accepts %s', (line) => {
    expect(found(line)).toEqual([]);
  });
});
