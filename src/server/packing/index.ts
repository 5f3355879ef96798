import { packIntoBoxes, type PackedBox, type PackingPort, type PackingRequest } from '../../domain/shipping/index.ts';
import { arrange } from './arrange.ts';

/** Answers that are kept; one is a few hundred bytes. */
const KEPT = 20_000;

/** The packing of parcels. Baskets repeat, and a decision asks for the same goods at every node, so answers are kept by what is packed. */
export function openPacking(kept: number = KEPT): PackingPort {
  const answers = new Map<string, readonly PackedBox[]>();
  return (request) => {
    const key = keyOf(request);
    const known = answers.get(key);
    // A Map goes in the order of insertion: what was asked for last goes to its end, and what nobody asks for is first.
    if (known) answers.delete(key);
    else if (answers.size >= kept) for (const oldest of answers.keys()) { answers.delete(oldest); break; }
    const answer = known ?? packIntoBoxes(request, arrange);
    answers.set(key, answer);
    return answer;
  };
}

/** Everything that the answer depends on, the same for the same goods and boxes. */
function keyOf({ pieces, boxes }: PackingRequest): string {
  let key = '';
  for (const { edgesMm: [a, b, c], grams, count } of pieces) key += `${a},${b},${c},${grams},${count};`;
  for (const { code, edgesMm: [a, b, c], tareGrams, maximumContents, costMicros } of boxes) key += `|${code},${a},${b},${c},${tareGrams},${maximumContents},${costMicros}`;
  return key;
}
