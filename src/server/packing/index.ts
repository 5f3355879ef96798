import { type Box, packIntoBoxes, type PackedBox, type PackingPort, type PackingRequest } from '../../domain/shipping/index.ts';
import { arrange } from './arrange.ts';

/** Answers that are kept; one is a few hundred bytes. */
const KEPT = 20_000;

/** The packing of parcels. Baskets repeat, and a decision asks for the same goods at every node, so answers are kept by what is packed. */
export function openPacking(kept: number = KEPT): PackingPort {
  // What was asked for lately, and what was before: a half that is full becomes the other, whatever nobody asked for goes with
  // that. Dropping the oldest of one Map, answer by answer, walks over all that were dropped before.
  let [lately, before] = [new Map<string, readonly PackedBox[]>(), new Map<string, readonly PackedBox[]>()];
  return (request) => {
    const key = keyOf(request);
    const known = lately.get(key);
    if (known) return known;
    const answer = before.get(key) ?? packIntoBoxes(request, arrange);
    if (lately.size >= kept / 2) [lately, before] = [new Map(), lately];
    lately.set(key, answer);
    return answer;
  };
}

/** Everything that the answer depends on, the same for the same goods and boxes. */
function keyOf({ pieces, boxes }: PackingRequest): string {
  let key = '';
  for (const { edgesMm: [a, b, c], grams, count } of pieces) key += `${a},${b},${c},${grams},${count};`;
  return key + spelledOut(boxes);
}

/** Boxes are the same list for as long as the facts are. */
const spelled = new WeakMap<readonly Box[], string>();

function spelledOut(boxes: readonly Box[]): string {
  const known = spelled.get(boxes);
  if (known !== undefined) return known;
  const text = boxes.map(({ code, edgesMm: [a, b, c], tareGrams, maximumContents, costMicros }) => `|${code},${a},${b},${c},${tareGrams},${maximumContents},${costMicros}`).join('');
  spelled.set(boxes, text);
  return text;
}
