import {
  actOnOrders, assignOrder, type ActOnOrdersData, type ActionPreview, cancelOrder, cancelOrderAction, changeOrderTags, createView, deleteNote, deleteView, getOrderAction, leaveOrder, listNotes, listOrderTags, listViews, lookAtOrder, type OrderAction, type OrderNote, overrideRouting, placeHold, type PossibleAction, type Present,
  previewAction, type PreviewActionData, releaseHold, releaseShipment, routeOrder, type SavedView, type Undo, undoOrderAction, writeNote,
} from '@ordo/client';
import { mapped, read, type Order, type Result } from '../api.ts';

export type { ActionPreview, OrderAction, OrderNote, PossibleAction, Present, SavedView, Undo };
export type PreviewBody = PreviewActionData['body'];
export type BulkBody = ActOnOrdersData['body'];

export const preview = (id: string, body: PreviewBody): Promise<Result<ActionPreview>> => read((signal) => previewAction({ path: { id }, body, signal }));

export interface Given {
  readonly reason: string;
  readonly holdNo: number | null;
  readonly node: string;
  /** Position of the last event that was on the screen. */
  readonly seen: number | null;
}

/** What came of it: how it can be taken back, where it can. */
export type Acted = { readonly undo?: Undo | null | undefined };

/** Does to an order what was looked at before; the version it was looked at is said, so that nobody decides about what has changed meanwhile. */
export function act({ id, commercial_version: version, shipments }: Order, action: PossibleAction['action'], { reason, holdNo, node, seen }: Given): Promise<Result<Acted>> {
  const looked = seen === null ? {} : { seen_position: seen };
  const head = { commercial_version: version, ...looked };
  switch (action) {
    case 'hold': return read((signal) => placeHold({ path: { id }, body: { ...head, kind: 'MANUAL', reason }, signal }));
    case 'release_hold': return read((signal) => releaseHold({ path: { id, hold_no: String(holdNo ?? 0) }, body: { ...head, ...(reason === '' ? {} : { reason }) }, signal }));
    case 'cancel': return read((signal) => cancelOrder({ path: { id }, body: { ...head, reason }, signal }));
    case 'reroute': return read((signal) => routeOrder({ path: { id }, body: head, signal }));
    case 'override': return read((signal) => overrideRouting({ path: { id }, body: { ...head, node, reason }, signal }));
    case 'release': return releaseAll(shipments.filter(({ status }) => status === 'PLANNED').map((one) => one.id), looked);
  }
}

async function releaseAll(ids: readonly string[], looked: { readonly seen_position?: number }): Promise<Result<Acted>> {
  let last: Result<Acted> = { ok: true, value: {} };
  for (const id of ids) {
    last = await read((signal) => releaseShipment({ path: { id }, body: looked, signal }));
    if (!last.ok) return last;
  }
  return last;
}

export const readNotes = async (id: string): Promise<Result<readonly OrderNote[]>> => mapped(await read((signal) => listNotes({ path: { id }, query: { limit: 100 }, signal })), ({ data }) => data);
export const note = (id: string, text: string, mentions: readonly string[]) => read((signal) => writeNote({ path: { id }, body: { text, mentions: [...mentions] }, signal }));
export const dropNote = (id: string, noteId: string) => read((signal) => deleteNote({ path: { id, note: noteId }, signal }));

export const startBulk = (body: BulkBody): Promise<Result<OrderAction>> => read((signal) => actOnOrders({ body, signal }));
export const readBulk = (id: string): Promise<Result<OrderAction>> => read((signal) => getOrderAction({ path: { id }, signal }));
/** Begins an action that takes another one back. */
export const undoBulk = (id: string): Promise<Result<OrderAction>> => read((signal) => undoOrderAction({ path: { id }, body: {}, signal }));
export const stopBulk = (id: string) => read((signal) => cancelOrderAction({ path: { id }, body: {}, signal }));

export const readViews = async (): Promise<Result<readonly SavedView[]>> => mapped(await read((signal) => listViews({ query: { screen: 'orders' }, signal })), ({ data }) => data);
export const saveView = (name: string, query: string, shared: boolean) => read((signal) => createView({ body: { screen: 'orders', name, query, shared }, signal }));
export const dropView = (id: string) => read((signal) => deleteView({ path: { id }, signal }));

/** Puts one tag on or takes it off; the others are nobody's business. */
export const changeTag = (id: string, tag: string, on: boolean) => read((signal) => changeOrderTags({ path: { id }, body: on ? { add: [tag] } : { remove: [tag] }, signal }));
export const assign = (id: string, assignee: string | null) => read((signal) => assignOrder({ path: { id }, body: { assignee }, signal }));
export const readTags = async (): Promise<Result<readonly string[]>> => mapped(await read((signal) => listOrderTags({ query: { limit: 250 }, signal })), ({ data }) => data.map(({ tag }) => tag));

/** Says that one looks at an order, and answers who else does. */
export const look = async (id: string, editing: boolean): Promise<Result<readonly Present[]>> => mapped(await read((signal) => lookAtOrder({ path: { id }, body: { editing }, signal })), ({ others }) => others);
/** Also while the page goes away. */
export const leave = (id: string) => read(() => leaveOrder({ path: { id }, keepalive: true }));
