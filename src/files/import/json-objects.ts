import { FileProblem } from '../problem.ts';

/** One object of a file, as its text; null where it is longer than anything that is taken. */
export interface JsonText {
  /** The line on which it begins. */
  readonly line: number;
  readonly text: string | null;
}

/** Names under which channels wrap their lists. */
const WRAPPED = /^\{\s*"(?:orders|products)"\s*:\s*$/;
const WRAPPING_MAX = 100;
const [LINE_FEED, QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [10, 34, 92, 91, 93, 123, 125];
/** What stands between objects: blanks, commas, the brackets of a list, a byte order mark. */
const BETWEEN: ReadonlySet<number> = new Set([9, 10, 13, 32, 44, OPEN_LIST, CLOSE_LIST, 0xef, 0xbb, 0xbf]);

/**
 * The objects of a JSON text one by one, so that a file may be longer than memory: those of a list, of a list that is the
 * first thing in an object (`{"orders": […]}`), or objects one after the other. Only their ends are looked for here.
 */
export async function* jsonObjects(bytes: AsyncIterable<Buffer>, limitBytes: number, file: string): AsyncGenerator<JsonText> {
  let [line, begunOn, depth, size] = [1, 1, 0, 0];
  let [inString, isEscaped, isWrapped, isFirst, isOver] = [false, false, false, true, false];
  let parts: Buffer[] = [];
  for await (const chunk of bytes) {
    // What follows the list that was wrapped is read to its end and left out.
    if (isOver) continue;
    let begin = 0;
    const take = (end: number): void => {
      size += end - begin;
      if (size <= limitBytes) parts.push(chunk.subarray(begin, end));
      else parts = [];
    };
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) line += 1;
      if (depth === 0) {
        isOver = byte === CLOSE_LIST && isWrapped;
        if (isOver) break;
        if (byte === OPEN) [begin, begunOn, depth, size, parts] = [at, line, 1, 0, []];
        else if (!BETWEEN.has(byte)) throw broken(file, line, 'there is something that is no JSON object');
      } else if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_LIST && isFirst && depth === 1 && size + at - begin < WRAPPING_MAX && WRAPPED.test(Buffer.concat([...parts, chunk.subarray(begin, at)]).toString())) {
        [isWrapped, isFirst, depth] = [true, false, 0];
      } else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth > 0) continue;
        take(at + 1);
        isFirst = false;
        yield { line: begunOn, text: size > limitBytes ? null : Buffer.concat(parts).toString() };
      }
    }
    if (depth > 0) take(chunk.length);
  }
  if (depth > 0) throw broken(file, begunOn, 'the object that begins there does not end');
}

const broken = (file: string, line: number, what: string): FileProblem =>
  new FileProblem('UNREADABLE_FILE', `${file} cannot be read from line ${line} on: ${what}.`, 'Check the file, or fetch it again.');
