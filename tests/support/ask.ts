import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** What was answered, read to its end. */
export interface Answered {
  readonly status: number;
  readonly body: string;
  header(name: string): string | null;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

const agent = new Agent({ keepAlive: true });

/** Asks over connections that stay open, at a fifth of what `fetch` takes: for tests that ask thousands of times. A stream that does not end is left. */
export const ask = (url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answered> => new Promise((resolve, reject) => {
  const asking = request(url, { agent, method, headers: { ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) } }, (answer) => {
    const { statusCode: status = 0, headers: told } = answer;
    const header = (name: string): string | null => told[name]?.toString() ?? null;
    if (header("content-type")?.startsWith("text/event-stream")) {
      resolve({ status, header, body: "" });
      answer.destroy();
      return;
    }
    text(answer).then((said) => resolve({ status, header, body: said }), reject);
  });
  asking.on("error", reject).end(body);
});
