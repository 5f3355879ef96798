import { expect, test } from 'vitest';
import { openApiDocument } from '../http/openapi.ts';
import { isObject, type Json, listAt, objectAt, readDocument } from './document.ts';
import { curlOf, exampleOf } from './example.ts';
import { docsPage } from './page.ts';

const ASSETS = { script: '/assets/s.js', style: '/assets/s.css' };

test('every operation has a heading, an address and a command', async () => {
  const document = readDocument(await openApiDocument());
  const page = docsPage(document, ASSETS);
  const operations = document.groups.flatMap((group) => group.operations);
  expect(document.groups[0]?.name).toBe('orders');
  expect(document.groups.at(-1)?.name).toBe('system');
  for (const { id, path } of operations) {
    expect(page).toContain(`id="${id}"`);
    expect(page).toContain(`<code>${path}</code>`);
  }
  expect(page.match(/<code>curl /g)).toHaveLength(operations.length);
  expect(page).not.toMatch(/undefined|\[object/);
});

/** Whether a value has what its schema asks for, as far as the examples go. */
function fits(value: unknown, schema: Json, schemas: ReadonlyMap<string, Json>): boolean {
  const ref = /schemas\/(.+)$/.exec(String(schema['$ref'] ?? ''))?.[1];
  if (ref !== undefined) return fits(value, schemas.get(ref) ?? {}, schemas);
  const choices = listAt(schema, 'enum');
  if (choices.length > 0) return choices.includes(value);
  const several = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')].filter(isObject);
  if (several.length > 0) return several.some((one) => fits(value, one, schemas));
  if (schema['type'] === 'array') return Array.isArray(value) && value.every((one) => fits(one, objectAt(schema, 'items'), schemas));
  if (schema['type'] === 'object') return isObject(value) && listAt(schema, 'required').every((name) => fits(value[String(name)], objectAt(objectAt(schema, 'properties'), String(name)), schemas));
  if (schema['type'] === 'integer') return Number.isInteger(value) && Number(value) >= Number(schema['minimum'] ?? value) && Number(value) <= Number(schema['maximum'] ?? value);
  return schema['type'] === undefined || typeof value === schema['type'];
}

test('every example is a body of its operation, and survives a shell', async () => {
  const { groups, schemas } = readDocument(await openApiDocument());
  const named = new Map(schemas);
  const bodies = groups.flatMap(({ operations }) => operations).filter(({ body }) => body?.type === 'application/json');
  expect(bodies.length).toBeGreaterThan(20);
  for (const { id, body } of bodies) expect(fits(exampleOf(body?.schema ?? {}, named), body?.schema ?? {}, named), id).toBe(true);
});

test('whatever a document says is text', () => {
  const evil = `"'><script>alert(1)</script>&`;
  const operation = { operationId: 'x', tags: [evil], summary: evil, description: evil, parameters: [{ name: evil, in: 'query', required: true, description: evil, schema: { type: 'string', enum: [evil] } }], responses: { 200: { description: evil } } };
  const page = docsPage(readDocument({ info: { description: evil }, paths: { [`/${evil}`]: { get: operation } }, components: { schemas: { A: { type: 'object', description: evil, properties: { [evil]: { type: 'string', pattern: evil } } } } } }), ASSETS);
  expect(page).not.toContain('<script>');
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain(`"'>`);
});

test('a quotation mark in a body does not end it', () => {
  const body = { type: 'application/json', schema: { type: 'object', required: ['a'], properties: { a: { type: 'string', enum: ["it's"] } } } };
  expect(curlOf({ id: 'x', method: 'POST', path: '/a/{id}', summary: '', description: '', parameters: [], body, answers: [], keyed: false }, new Map()))
    .toBe(`curl -X POST "$ORDO_URL/a/ID" \\\n  -H 'Content-Type: application/json' \\\n  -d '{"a":"it'\\''s"}'`);
});
