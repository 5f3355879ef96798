// What a bad day asks of the server.
import {
  applyNodeClosure, closeNodes, getMorningList, getNodeClosure, listChannels, listNodeClosureOrders, listNodeClosures, listNodes, openNodes, pauseChannel, resumeChannel, throttleChannel,
  type Channel, type ChannelGateSet, type CloseNodesData, type MorningFix, type MorningList, type Node as OrdoNode, type NodeClosure, type NodeClosureHead, type NodeClosureOrder, type OpenedNodes, type PauseChannelData,
  type ThrottleChannelData,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import type { MorningQuery, ResultName } from './query.ts';

export type { Channel, ClosureSums, MorningEntry, MorningList, NodeClosure, NodeClosureHead, NodeClosureOrder } from '@ordo/client';
export type { OrdoNode };
export type FixOperation = MorningFix['operations'][number];

const MORNING_MOST = 100;
/** A preview decides up to 50,000 orders before it answers. */
const PREVIEW_MS = 120_000;

export const readMorning = ({ cause, node }: MorningQuery): Promise<Result<MorningList>> =>
  read((signal) => getMorningList({ query: { sort: 'cut_off', limit: MORNING_MOST, ...(cause === '' ? {} : { cause }), ...(node === '' ? {} : { node }) }, signal }), undefined, PREVIEW_MS);

const MOST = 250;
export const readAllNodes = async (): Promise<Result<readonly OrdoNode[]>> => mapped(await read((signal) => listNodes({ query: { limit: MOST }, signal })), ({ data }) => data);
export const readAllChannels = async (): Promise<Result<readonly Channel[]>> => mapped(await read((signal) => listChannels({ query: { limit: MOST }, signal })), ({ data }) => data);

export const previewClosure = (body: CloseNodesData['body']): Promise<Result<NodeClosure>> => read((signal) => closeNodes({ body, signal }), undefined, PREVIEW_MS);
export const applyClosure = (id: string): Promise<Result<NodeClosure>> => read((signal) => applyNodeClosure({ path: { id }, body: {}, signal }), undefined, PREVIEW_MS);
export const readClosure = (id: string): Promise<Result<NodeClosure>> => read((signal) => getNodeClosure({ path: { id }, signal }));
export const openAgain = (nodes: readonly string[], reason: string): Promise<Result<OpenedNodes>> => read((signal) => openNodes({ body: { nodes: [...nodes], reason }, signal }));

export const readClosures = async (): Promise<Result<readonly NodeClosureHead[]>> => mapped(await read((signal) => listNodeClosures({ query: { limit: 25 }, signal })), ({ data }) => data);

export interface ClosureOrders {
  readonly rows: readonly NodeClosureOrder[];
  readonly next: string | null;
}

export const readClosureOrders = async (id: string, result: ResultName | '', cursor: string): Promise<Result<ClosureOrders>> => {
  const query = { limit: 50, ...(result === '' ? {} : { result }), ...(cursor === '' ? {} : { cursor }) };
  return mapped(await read((signal) => listNodeClosureOrders({ path: { id }, query, signal })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));
};

export const pause = (code: string, body: PauseChannelData['body']): Promise<Result<ChannelGateSet>> => read((signal) => pauseChannel({ path: { code }, body, signal }));
export const throttle = (code: string, body: ThrottleChannelData['body']): Promise<Result<ChannelGateSet>> => read((signal) => throttleChannel({ path: { code }, body, signal }));
export const resume = (code: string, reason: string): Promise<Result<ChannelGateSet>> => read((signal) => resumeChannel({ path: { code }, body: { reason }, signal }));
