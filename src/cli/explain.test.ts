// What stands behind a decision, as a reader of a terminal meets it.
import { expect, test } from 'vitest';
import { showPlan } from './commands/explain.ts';
import { createOutput } from './output.ts';

test('candidates stand as in the console: what ships, what could have, what has nothing, what is ruled out; by cost within each', () => {
  let written = '';
  const output = createOutput(false, {}, { write: (text) => ((written += String(text)), true) });
  const candidates = [['empty', 'NO_STOCK', 1], ['shut', 'CLOSED', 2], ['partly', 'PARTIAL', 3], ['dearer', 'COSTLIER', 4], ['east', 'CHOSEN', 5], ['west', 'CHOSEN', 6], ['void', 'NO_STOCK', 7]] as const;
  showPlan({
    strategy: null, strategy_version: null, group: null, relaxed: [], notes: [], terms_micros: {}, total_cost_micros: 0, chosen: [],
    candidates: candidates.map(([node, verdict, cost]) => ({ node, verdict, reason: null, km: 1, cost_micros: cost * 1_000_000, lines_filled: 0 })),
  }, output);
  const rows = written.split('\n').filter((line) => line.includes(' km '));
  expect(rows.map((line) => /^\*? +(\w+)/.exec(line)?.[1])).toEqual(['east', 'west', 'partly', 'dearer', 'empty', 'void', 'shut']);
});
