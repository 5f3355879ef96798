import { describe, expect, it } from 'vitest';
import { checkPurity } from './purity.ts';
import { fixture } from './support/source.ts';

const inDomain = (line: string): unknown[] => checkPurity([fixture('src/domain/order/a.ts', '', line)]);
const inFlows = (line: string): unknown[] => checkPurity([fixture('src/flows/a.ts', '', line)]);

describe('purity', () => {
  it.each([
    'const now = Date.now();', 'const clock = Date.now;', 'const a = new Date();', 'const a = new Date;', 'const a = Date();',
    'const a = new Date(2026, 1, 2);', "const a = Date.parse('2026-01-02 10:00');", 'const a = Date.parse(text);', 'const a = day.getHours();', 'const a = n.toLocaleString();',
    'const a = Math.random();', 'const a = crypto.randomUUID();', 'const a = process.env.X;', 'const a = performance.now();',
    'setTimeout(run, 5);', 'setInterval(run, 5);', "console.log('x');", 'fetch(url);', "globalThis['setTimeout'](run);", 'const a = { process };',
  ])('finds %s in domain and flows', (line) => {
    expect(inDomain(line)).toEqual([expect.objectContaining({ line: 2 })]);
    expect(inFlows(line)).toEqual([expect.objectContaining({ line: 2 })]);
  });

  it.each([
    'export async function a() {}', 'const a = async () => 1;', 'await b;', 'export type A = Promise<number>;', 'for await (const a of b) c(a);',
  ])('finds %s in the domain only', (line) => {
    expect(inDomain(line).length).toBeGreaterThan(0);
    expect(inFlows(line)).toEqual([]);
  });

  it.each([
    'const a = new Date(at); const b = a.getTime(); const c = a.getUTCHours(); const d = a.toISOString();',
    'const a = order.process; const b = { console: 1, fetch: 2 }; type C = { performance: number };',
    'function run(process: number) { return process + 1; }',
    'const a = Math.max(1, 2); const b = Date.UTC(2026, 0, 1); const c = Date.parse(`${day}T00:00:00Z`);',
  ])('accepts %s', (line) => {
    expect(inDomain(line)).toEqual([]);
  });
});
