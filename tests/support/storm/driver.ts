import { setTimeout as sleep } from "node:timers/promises";
import { type Command, requestOf } from "./commands.ts";
import type { Answer, Attempt, Call, History, Outcome } from "./history.ts";
import { HttpClient, type Reply } from "./http.ts";

export interface DriverOptions {
  readonly history: History;
  readonly apiKey: string;
  readonly ports: readonly number[];
  readonly connections: number;
  readonly timeoutMs: number;
  /** An unknown outcome is asked about for so long; whatever is unknown then is a failure of the run. */
  readonly patienceMs: number;
}

export interface Wish {
  readonly key: string;
  /** The process asked first; a repetition goes to the next one. */
  readonly target: number;
  readonly provokes?: readonly string[];
  /** Sent to a second process at the same moment. */
  readonly twin?: boolean;
  /** Takes "the database cannot be reached; nothing was written" for a no, instead of asking again. */
  readonly givesUp?: boolean;
}

interface Judgement {
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly body: Answer;
  /** Nothing was done, and the same request may well succeed later. */
  readonly later: boolean;
}

/** Asks as a careful client does: three outcomes, and an unknown one is repeated under the same key until it is known. */
export class Driver {
  readonly history: History;
  readonly #clients: readonly HttpClient[];
  readonly #patienceMs: number;

  constructor({ history, apiKey, ports, connections, timeoutMs, patienceMs }: DriverOptions) {
    this.history = history;
    this.#clients = ports.map((port) => new HttpClient({ port, apiKey, connections, timeoutMs }));
    this.#patienceMs = patienceMs;
  }

  get targets(): number {
    return this.#clients.length;
  }

  /** Resolves when the command is acknowledged or refused, or when patience ends. */
  async perform(command: Command, wish: Wish): Promise<Call> {
    const call = this.history.open(wish.key, command, wish.provokes ?? null);
    await Promise.all([this.#insist(call, wish), ...(wish.twin ? [this.#insist(call, { ...wish, target: wish.target + 1 })] : [])]);
    return call;
  }

  /** Sends an acknowledged call again, as it was: it must be answered what it was answered before. */
  async repeat(call: Call, target: number): Promise<void> {
    const before = call.attempts.length;
    await this.#insist(call, { key: call.key, target });
    const refusal = call.attempts.slice(before).findLast(({ outcome, code }) => outcome === "refused" && !isLater(code));
    if (refusal) call.contradiction = refusal.code;
  }

  async #insist(call: Call, wish: Wish): Promise<void> {
    const deadline = performance.now() + this.#patienceMs;
    for (let n = 0; ; n++) {
      const judgement = await this.#ask(call, (wish.target + n) % this.targets);
      if (judgement.outcome === "acknowledged") return acknowledge(call, judgement.body);
      const certain = call.attempts.every(({ outcome }) => outcome !== "unknown");
      if (judgement.outcome === "refused" && (!judgement.later || (wish.givesUp === true && certain))) return refuse(call, judgement.code);
      if (performance.now() > deadline) return;
      await sleep(Math.min(500, 20 * 2 ** n));
    }
  }

  async #ask(call: Call, target: number): Promise<Judgement> {
    const at = this.history.now();
    const { path, body } = requestOf(call.command);
    const reply = await this.#send(target, { method: "POST", path, body, key: call.key });
    const judgement = judge(reply);
    const attempt: Attempt = {
      at, milliseconds: this.history.now() - at, target, outcome: judgement.outcome, status: reply.kind === "answered" ? reply.status : null, code: judgement.code,
    };
    call.attempts.push(attempt);
    return judgement;
  }

  /** Reads something; null where that did not work out. Reading is no part of the history. */
  async read(path: string, target: number): Promise<Answer | null> {
    const reply = await this.#send(target % this.targets, { method: "GET", path, body: "", key: null });
    return reply.kind === "answered" && reply.status === 200 ? parsed(reply.body) : null;
  }

  /** For setting things up, with requests that may be repeated: throws where one is refused for good. */
  async put(path: string, body: Answer, method: "PUT" | "POST" = "PUT"): Promise<Answer> {
    for (let n = 0; ; n++) {
      const reply = await this.#send(n % this.targets, { method, path, body: JSON.stringify(body), key: null });
      if (reply.kind === "answered" && reply.status < 300) return parsed(reply.body);
      if (n === 20 || (reply.kind === "answered" && reply.status !== 503)) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
      await sleep(100);
    }
  }

  async #send(target: number, request: Parameters<HttpClient["request"]>[0]): Promise<Reply> {
    const client = this.#clients[target];
    if (!client) throw new Error(`there is no process ${target}`);
    return client.request(request);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

function acknowledge(call: Call, body: Answer): void {
  const text = JSON.stringify(body);
  if (call.outcome === "acknowledged" && JSON.stringify(call.answer) !== text) call.contradiction = text;
  else call.answer = body;
  call.outcome = "acknowledged";
}

/** Of twins, a refusal may come before the other one has its way, but what was acknowledged is never refused afterwards. */
function refuse(call: Call, code: string | null): void {
  if (call.outcome === "acknowledged") return;
  call.outcome = "refused";
  call.code = code;
}

/** Refusals that say: not done, and not for good. */
const isLater = (code: string | null): boolean => code === "UNAVAILABLE" || code === "TOO_MANY_REQUESTS" || code === "NOT_SENT";

function judge(reply: Reply): Judgement {
  if (reply.kind === "lost") return { outcome: reply.sent ? "unknown" : "refused", code: reply.sent ? `LOST: ${reply.reason}` : "NOT_SENT", body: {}, later: true };
  const body = parsed(reply.body);
  if (reply.status < 300) return { outcome: "acknowledged", code: null, body, later: false };
  const code = typeof body["code"] === "string" ? body["code"] : `HTTP ${reply.status}`;
  if (isLater(code)) return { outcome: "refused", code, body, later: true };
  return { outcome: reply.status >= 500 ? "unknown" : "refused", code, body, later: reply.status >= 500 };
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}
