import { type Client, createClient, listOrders, type Problem } from '@ordo/client';
import { readSettings } from '../server/settings.ts';
import { type Call, CommandFailed } from './command.ts';
import { connectionFilePath, readConnectionFile } from './connection-file.ts';

/** Where an Ordo is, and the key to use there. */
export interface Connection {
  readonly url: string;
  readonly apiKey: string;
}

/** The Ordo that ORDO_URL and ORDO_API_KEY name, or the one that runs on this machine. */
export async function connectionOf({ environment }: Pick<Call, 'environment'>): Promise<Connection> {
  const { url, apiKey, dataDirectory } = readSettings(environment);
  if (url !== null) {
    if (apiKey === null) throw new CommandFailed('NO_KEY', 'ORDO_URL is set, and ORDO_API_KEY is not.', 'Set ORDO_API_KEY to a key of that Ordo: ordo keys create makes one.');
    return { url, apiKey };
  }
  const file = await readConnectionFile(dataDirectory);
  if (file === null) {
    throw new CommandFailed('NOT_FOUND', `No Ordo was started here: ${connectionFilePath(dataDirectory)} is not there.`, 'Start it with "ordo start", or set ORDO_URL and ORDO_API_KEY, or ORDO_DATA_DIR.');
  }
  return { url: file.url, apiKey: apiKey ?? file.apiKey };
}

/** Says to the server what asks, for its log: a claim, like any client's word about itself. */
export const AS_COMMAND_LINE = { 'ordo-client': 'cli' } as const;

/** A client of that Ordo. */
export async function connect(call: Pick<Call, 'environment'>): Promise<Client> {
  const { url, apiKey } = await connectionOf(call);
  return createClient({ baseUrl: url, headers: { ...AS_COMMAND_LINE, authorization: `Bearer ${apiKey}` } });
}

/** What a call of the client gives: data, or a problem, or (without a response) an error of the network. */
interface Given<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** The data of a call that succeeded. Throws CommandFailed with the server's own words. */
export async function answer<T>(call: Promise<Given<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await call.catch((thrown: unknown): Given<T> => ({ error: thrown }));
  if (response?.ok && data !== undefined && data !== null) return data;
  if (isProblem(error)) {
    const fields = error.errors.filter(({ detail }) => detail !== error.detail).map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`);
    throw new CommandFailed(error.code, `${error.detail}${fields.join('')}`, fixOf(error));
  }
  if (response !== undefined) throw new CommandFailed('UNEXPECTED', `The server answered ${response.status} and no more.`, 'Check that ORDO_URL leads to an Ordo.');
  throw new CommandFailed('UNREACHABLE', `Ordo cannot be reached (${reasonOf(error)}).`, 'Start it with "ordo start", or correct ORDO_URL.');
}

const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null && 'detail' in value && 'code' in value && 'errors' in value;

function fixOf({ status, request_id: id, title }: Problem): string {
  if (status === 401) return 'Use a live key: ORDO_API_KEY, or restart Ordo on this machine to renew connection.json.';
  if (status === 403) return 'Use a key with the scope named above: ordo keys create --scope …';
  return `${title} (request ${id}).`;
}

/** fetch hides the reason one level down. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return 'no reason given';
}

/** The id of an order named by its id or by its number. */
export async function orderId(client: Client, named: string): Promise<string> {
  if (!/^#?\d{1,15}$/.test(named)) return named;
  const number = Number(named.replace('#', ''));
  const { data: [found] } = await answer(listOrders({ client, query: { number, limit: 1 } }));
  if (found === undefined) throw new CommandFailed('NOT_FOUND', `There is no order number ${number}.`, 'See "ordo orders list".');
  return found.id;
}
