// What a developer sees who has no public address yet: events on the terminal, and signed messages at a server on loopback.
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createServer } from 'node:http';
import { parseArguments } from '../../src/cli/arguments.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { listen } from '../../src/cli/commands/webhooks.ts';
import { followEvents } from '../../src/cli/event-stream.ts';
import { createOutput } from '../../src/cli/output.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openReceiver, type Receiver, until } from '../support/workers.ts';
import { aChannel, aNode, anItem, anOrder } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
let receiver: Receiver | null = null;
let leave = new AbortController();
let running: Promise<unknown> = Promise.resolve();
const lines: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem('A')], nodes: [aNode('n')], channels: [aChannel('web')] });
  await server.world.receive('A', 'n', 100);
});
afterEach(async () => {
  leave.abort();
  await running.catch(() => {});
  await receiver?.close();
  receiver = null;
  lines.length = 0;
  vi.restoreAllMocks();
});
afterAll(async () => {
  server?.app.server.closeAllConnections();
  await server?.close();
  await database?.drop();
});

const capture = async (): Promise<void> => void (await server.world.capture(anOrder([{ sku: 'A', quantity: 1 }])));
const lastPosition = async (): Promise<number> => Number((await server.world.query<{ position: string }>('select position from ordo.event_counter'))[0]?.position);

/** The command as the command line would call it, until the test leaves. */
function start(words: string[], environment: Record<string, string> = {}): Promise<unknown> {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const command = COMMANDS.find(({ name }) => name === 'webhooks listen');
  if (command === undefined) throw new Error('no command');
  const parsed = parseArguments(words, [...(command.options ?? []), { name: '--json', meaning: '' }]);
  leave = new AbortController();
  const stream = { write: (text: string | Uint8Array) => lines.push(String(text)) > 0 };
  const output = createOutput(parsed.options.has('--json'), {}, stream, stream);
  running = listen({ command, ...parsed, output, environment: { ORDO_URL: server.url, ORDO_API_KEY: server.adminKey, ...environment } }, leave.signal);
  running.catch(() => {});
  return running;
}
const shown = (): string => lines.join('');

test('events are printed one a line, from a position on, of the types that were asked for', async () => {
  await capture();
  const after = await lastPosition();
  await capture();
  start(['--from', String(after + 1), '--types', 'OrderCaptured,OrderRouted']);
  await until('the lines', () => shown().includes('OrderRouted'));
  await capture();
  await until('the lines', () => shown().match(/OrderRouted/g)?.length === 2);
  const rows = shown().split('\n').filter((line) => /Order(Captured|Routed)/.test(line));
  expect(rows.map((row) => /^ +(\d+) {2}[\dT:-]{19} {2}(\w+) +ord_[0-9a-f]{32}/.exec(row)?.slice(1))).toEqual([[String(after + 1), 'OrderCaptured'], [String(after + 2), 'OrderRouted'], [String(after + 3), 'OrderCaptured'], [String(after + 4), 'OrderRouted']]);
});

test('each event is forwarded as the webhook it would be, signed with the secret that was printed', async () => {
  receiver = await openReceiver(202);
  start(['--from', '1', '--types', 'OrderRouted', '--forward', receiver.url]);
  await capture();
  await until('the lines', () => (receiver?.received.length ?? 0) > 0 && /202 in \d+ ms/.test(shown()));
  const secret = /whsec_\S+/.exec(shown())?.[0] ?? '';
  const [first] = receiver.received;
  const message = new Verifier(secret).verify(first?.body ?? '', first?.headers as Record<string, string>) as Record<string, unknown>;
  expect(message).toMatchObject({ type: 'OrderRouted', id: first?.headers['webhook-id'], sequence: expect.any(Number), data: { order: expect.stringMatching(/^ord_/) } });
});

test('a receiver that is not there is named, and does not end it', async () => {
  start(['--forward', 'http://127.0.0.1:9/x', '--json', '--from', '1', '--secret', `whsec_${Buffer.alloc(32, 7).toString('base64')}`]);
  await until('the lines', () => lines.filter((line) => line.includes('"forwarded"')).length > 1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({ forward: 'http://127.0.0.1:9/x', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` });
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ position: 1, forwarded: { status: null, reason: expect.stringContaining('ECONNREFUSED') } });
});

test.each([
  [['--forward', 'ftp://a.example/'], 'Only https addresses'], [['--forward', 'nonsense'], 'not a URL'], [['--forward', 'http://u:p@localhost:1/'], 'user or a password'],
  [['--secret', 'whsec_x'], 'needs --forward'], [['--forward', 'http://localhost:1/', '--secret', 'short'], 'takes whsec_'], [['--from', '0'], 'whole number'],
  [['--types', 'Nonsense'], 'There is no event "Nonsense"'],
])('%j is refused with a sentence', async (words, sentence) => {
  await expect(start(words)).rejects.toThrow(sentence);
});

test('a key that may not read events ends it with what to do', async () => {
  await expect(start([], { ORDO_API_KEY: await server.keyWith(['orders:read']) })).rejects.toMatchObject({ code: 'FORBIDDEN', fix: expect.stringContaining('events:read') });
});

test('a stream that breaks off is taken up where it was: nothing is missed, nothing comes twice', async () => {
  const asked: (string | undefined)[] = [];
  const frame = (position: number): string => `id: ${position}\nevent: OrderRouted\ndata: ${JSON.stringify({ position })}\n\n`;
  const half = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    if (asked.length === 2) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (asked.length === 1) return void response.write(`retry: 1\nid: 4\n\n${frame(5)}${frame(6)}id: 7\nda`, () => setTimeout(() => response.destroy(), 20));
    response.write(frame(7));
  });
  const { port } = await new Promise<{ port: number }>((resolve) => half.listen(0, '127.0.0.1', () => resolve(half.address() as { port: number })));
  try {
    const notes: string[] = [];
    const found: number[] = [];
    for await (const event of followEvents({ url: `http://127.0.0.1:${port}`, apiKey: 'k' }, { after: null, types: null, pauseMs: 5, note: (text) => notes.push(text) })) {
      found.push(event.position);
      if (event.position === 7) break;
    }
    expect(found).toEqual([5, 6, 7]);
    expect(asked).toEqual([undefined, '6', '6']);
    expect(notes).toEqual(['The stream broke off. Taking it up again.', 'The server answered 503. Trying again.']);
  } finally {
    half.closeAllConnections();
    half.close();
  }
});
