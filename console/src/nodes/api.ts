// What the screens of nodes ask the server.
import {
  getCalendar, getNode, getNodeCapacity, listCalendars, listCarrierServices, listNodes, putCalendar, putNode, type Calendar, type CarrierService, type PutCalendarData, type Node as OrdoNode, type NodeCapacity, type PutNodeData, type SavedShippingFact,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import { asked } from '../app/ask.ts';
import { written } from '../app/refused.ts';

export type { Calendar, CarrierService, NodeCapacity } from '@ordo/client';
export type { OrdoNode };

export interface NodePage {
  readonly rows: readonly OrdoNode[];
  readonly next: string | null;
}
const PAGE = 50;

export const readNodePage = async (cursor: string): Promise<Result<NodePage>> =>
  mapped(await read((signal) => listNodes({ query: { limit: PAGE, ...(cursor === '' ? {} : { cursor }) }, signal })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));
export const readNode = (code: string): Promise<Result<OrdoNode>> => read((signal) => getNode({ path: { code }, signal }));
export const readCapacity = (code: string): Promise<Result<NodeCapacity>> => read((signal) => getNodeCapacity({ path: { code }, signal }));
export const readCalendar = (code: string): Promise<Result<Calendar>> => read((signal) => getCalendar({ path: { code }, signal }));

/** As many as one answer has; a node's own calendar is asked for where it is not among them. */
const MOST = 250;

export async function readCalendars(own: string | null): Promise<Result<readonly Calendar[]>> {
  const listed = await read((signal) => listCalendars({ query: { limit: MOST }, signal }));
  if (!listed.ok || own === null || listed.value.data.some(({ code }) => code === own)) return mapped(listed, ({ data }) => data);
  const { data } = listed.value;
  return mapped(await readCalendar(own), (one) => [...data, one]);
}
export const readServices = async (): Promise<Result<readonly CarrierService[]>> => mapped(await read((signal) => listCarrierServices({ query: { limit: MOST }, signal })), ({ data }) => data);
export const saveCalendar = (code: string, body: PutCalendarData['body']): Promise<SavedShippingFact> => written((signal) => putCalendar({ path: { code }, body, signal }));
export const saveNode = (code: string, body: NodeBody): Promise<unknown> => written((signal) => putNode({ path: { code }, body, signal }));

export type NodeBody = PutNodeData['body'];
const KINDS = ['dc', 'store', 'supplier', '3pl', 'virtual'] as const;

/** Everything a node says, as a body that says it: an address that takes its place drops nothing, whatever is shown of it. */
export function bodyOf({ id: _id, code: _code, valid_from: _from, kind: kindText, status, cut_off: cutOff, coordinates, item_classes: classes, ...rest }: OrdoNode): NodeBody {
  const kind = KINDS.find((one) => one === kindText);
  return {
    ...rest, status: status === 'offline' ? 'offline' : 'online', ...(kind === undefined ? {} : { kind }), ...(coordinates === null ? {} : { coordinates }),
    ...(cutOff === null ? {} : { cut_off: cutOff }), ...(classes === null ? {} : { item_classes: classes }),
  };
}

/** The node is read again first, so that what others changed meanwhile stays. */
export async function changeNode(code: string, change: (body: NodeBody, node: OrdoNode) => NodeBody): Promise<unknown> {
  const node = await asked(readNode(code));
  return saveNode(code, change({ ...bodyOf(node), expected_valid_from: node.valid_from }, node));
}

export const pauseUntil = (code: string, until: string | null): Promise<unknown> => changeNode(code, (body, { operations }) => ({ ...body, operations: { ...operations, paused_until: until } }));
