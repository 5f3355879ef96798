import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import type { Answer } from "../../flows/ports.ts";
import type { Refusal } from "../../domain/kernel/index.ts";
import { TooBusy } from "../batcher.ts";
import type { AppDeps } from "./app.ts";
import { instanceOf, refusalOfError } from "./errors.ts";
import { parseJson, refuseEncodings } from "./json-body.ts";
import { problemOf, Refused, refused } from "./problem.ts";
import { refusalOf } from "./validation.ts";

export const NDJSON = "application/x-ndjson";
/** Bytes of a whole bulk body; it is never held at once. */
export const BULK_LIMIT_BYTES = 64 * 1024 * 1024;
const LINE_LIMIT_BYTES = 1024 * 1024;
/** Lines of one request that may wait for their answers: enough to fill the batches that fly, little enough to hold in memory. */
const WINDOW = 500;
const CHUNK_CHARACTERS = 64 * 1024;

/** Bulk routes take lines of JSON and nothing else; the body reaches the handler as a stream. */
export function acceptNdjson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(NDJSON, { bodyLimit: BULK_LIMIT_BYTES }, (request, payload, done) => {
    try {
      refuseEncodings(request);
      done(null, payload);
    } catch (error) {
      done(error instanceof Error ? error : new Error("unreadable body"));
    }
  });
}

type Line = { readonly bytes: Buffer } | { readonly refusal: Refusal };

/** Lines of a stream. One that is too long is skipped to its end and named; past the whole limit nothing more is read. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let total = 0;
  const take = (last: Buffer): Line => {
    const size = heldBytes + last.length;
    const line: Line = size > LINE_LIMIT_BYTES
      ? { refusal: { code: "BODY_TOO_LARGE", detail: `A line may have ${LINE_LIMIT_BYTES} bytes.`, errors: [{ pointer: "", code: "BODY_TOO_LARGE", detail: `The line has more than ${LINE_LIMIT_BYTES} bytes.` }] } }
      : { bytes: held.length === 0 ? last : Buffer.concat([...held, last]) };
    held = [];
    heldBytes = 0;
    return line;
  };
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > BULK_LIMIT_BYTES) {
      yield { refusal: { code: "BODY_TOO_LARGE", detail: `A bulk body may have ${BULK_LIMIT_BYTES} bytes; nothing from this line on was read.`, errors: [{ pointer: "", code: "BODY_TOO_LARGE", detail: "The body is too large." }] } };
      return;
    }
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    heldBytes += rest.length;
    // Of a line that is too long only its length matters any more.
    if (heldBytes <= LINE_LIMIT_BYTES && rest.length > 0) held.push(rest);
  }
  if (heldBytes > 0) yield take(Buffer.alloc(0));
}

/** Takes one line: throws Refused where it is not what is taken here. */
export type TakeLine = (bytes: Buffer) => Promise<Answer>;

/** Reads a line as the schema says, and hands it on. */
export function lineTaker<T>(schema: z.ZodType<T>, submit: (value: T) => Promise<Answer>): TakeLine {
  return (bytes) => submitPatiently(() => submit(parseLine(bytes, schema)));
}

/**
 * Answers a bulk body line by line and in order, `{line, status, body}` or `{line, status, problem}`, while it is still being
 * read. Memory is bounded: at most a window of lines is under way, and reading waits for the caller to take its answers.
 */
export function answerLines(request: FastifyRequest, reply: FastifyReply, take: TakeLine, deps: Pick<AppDeps, "classifyError">): FastifyReply {
  if (!(request.body instanceof Readable)) throw refused("INVALID_BODY", "The body must be lines of JSON.", [{ pointer: "", code: "INVALID_BODY", detail: "There is no body." }]);
  const mark = { instance: instanceOf(request.url), requestId: request.id };
  const answer = async (line: Line, number: number): Promise<string> => {
    try {
      const result = "refusal" in line ? { ok: false as const, refusal: line.refusal } : await take(line.bytes);
      if (result.ok) return `${JSON.stringify({ line: number, status: result.created && !result.replayed ? 201 : 200, body: result.body })}\n`;
      const problem = problemOf(result.refusal, mark);
      return `${JSON.stringify({ line: number, status: problem.status, problem })}\n`;
    } catch (error) {
      const problem = problemOf(refusalOfError(error, deps.classifyError), mark);
      if (problem.status === 500) request.log.error({ request_id: request.id, line: number, error: error instanceof Error ? error.stack : undefined }, "line failed");
      return `${JSON.stringify({ line: number, status: problem.status, problem })}\n`;
    }
  };
  return reply.code(200).header("content-type", NDJSON).send(Readable.from(inOrder(linesOf(request.body), answer), { objectMode: false, highWaterMark: CHUNK_CHARACTERS }));
}

function parseLine<T>(bytes: Buffer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(bytes));
  if (!parsed.success) throw new Refused(refusalOf(parsed.error.issues));
  return parsed.data;
}

/** A bulk request waits its turn where single ones are turned away: it is the caller's one request, however long. */
async function submitPatiently(submit: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await submit();
    } catch (error) {
      if (!(error instanceof TooBusy) || attempt === 8) throw error;
      await pause(25 * 2 ** attempt);
    }
  }
}

interface Pending {
  readonly done: Promise<void>;
  text: string | null;
}

/** Reads ahead within the window and gives answers in the order of their lines, several to a chunk. Empty lines count but answer nothing. */
async function* inOrder(lines: AsyncGenerator<Line>, answer: (line: Line, number: number) => Promise<string>): AsyncGenerator<string> {
  const window: Pending[] = [];
  const change = signal();
  let state: "reading" | "ended" | "stopped" = "reading";
  const reader = async (): Promise<void> => {
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if ("bytes" in line && isBlank(line.bytes)) continue;
      while (window.length >= WINDOW && state === "reading") await change.next();
      if (state === "stopped") return;
      const pending: Pending = { text: null, done: answer(line, number).then((text) => void (pending.text = text)) };
      window.push(pending);
      change.raise();
    }
  };
  const reading = reader().catch(() => undefined).finally(() => {
    state = "ended";
    change.raise();
  });
  try {
    for (;;) {
      const [head] = window;
      if (head) {
        await head.done;
        yield takeFinished(window);
        change.raise();
      } else if (state === "reading") await change.next();
      else break;
    }
  } finally {
    state = "stopped";
    change.raise();
    await reading;
  }
}

function takeFinished(window: Pending[]): string {
  const texts: string[] = [];
  let characters = 0;
  for (let head = window[0]; head && head.text !== null && characters < CHUNK_CHARACTERS; head = window[0]) {
    texts.push(head.text);
    characters += head.text.length;
    window.shift();
  }
  return texts.join("");
}

const isBlank = (bytes: Buffer): boolean => bytes.length === 0 || (bytes.length < 100 && bytes.toString("latin1").trim() === "");

/** Lets two loops wait for each other's progress. */
function signal(): { raise(): void; next(): Promise<void> } {
  let wake: (() => void)[] = [];
  return {
    raise: () => {
      const waiting = wake;
      wake = [];
      for (const one of waiting) one();
    },
    next: () => new Promise((resolve) => void wake.push(resolve)),
  };
}
