// What stands behind a decision, as a reader of a terminal meets it.
import { expect, test } from 'vitest';
import { showPlan } from './commands/explain.ts';
import { stages } from './format.ts';
import { createOutput } from './output.ts';

test('candidates stand as in the console: what ships, what could have, what has nothing, what is ruled out; by cost within each', () => {
  let written = '';
  const output = createOutput(false, {}, { write: (text) => ((written += String(text)), true) });
  const candidates = [['empty', 'NO_STOCK', 1], ['shut', 'CLOSED', 2], ['partly', 'PARTIAL', 3], ['dearer', 'COSTLIER', 4], ['east', 'CHOSEN', 5], ['west', 'CHOSEN', 6], ['void', 'NO_STOCK', 7]] as const;
  showPlan({
    strategy: null, strategy_version: null, group: null, relaxed: [], notes: [], terms_micros: {}, total_cost_micros: 0, chosen: [],
    candidates: candidates.map(([node, verdict, cost]) => ({ node, verdict, reason: null, km: 1, cost_micros: cost * 1_000_000, lines_filled: 0 })),
  }, [], output);
  const rows = written.split('\n').filter((line) => line.includes(' km '));
  expect(rows.map((line) => /^\*? +(\w+)/.exec(line)?.[1])).toEqual(['east', 'west', 'partly', 'dearer', 'empty', 'void', 'shut']);
});

test('what a candidate had is written in base units, as every quantity is', () => {
  let written = '';
  const output = createOutput(false, {}, { write: (text) => ((written += String(text)), true) });
  showPlan({
    strategy: null, strategy_version: null, group: null, relaxed: [], notes: [], terms_micros: {}, total_cost_micros: 0, chosen: [],
    candidates: [{ node: 'east', verdict: 'CHOSEN', reason: null, km: 1, cost_micros: 1_000_000, lines_filled: 2, stock: [{ line: 1, units: 1500 }, { line: 2, units: 1500 }] }],
  }, [{ line: 1, quantity_scale: 3 }, { line: 2, quantity_scale: 0 }], output);
  expect(written).toContain('1.5 1500');
  expect(stages({ reserved: 1500, in_transit: 2000, shipped: 0 }, 3)).toBe('1.5 reserved, 2 in transit');
});
