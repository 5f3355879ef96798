import {
  type ApiKey, cancelJob, getJob, importFile, type ImportFileData, type ImportKind, type Item, type Listing, listImportKinds, listItems, listListings, mapVariant, type ChannelCall, type Connection, createApiKey, dropMessage, type InboxMessage, type Job, listApiKeys, listChannelCalls, listConnections, listJobs, listMessages, listWebhookDeliveries, listWebhooks,
  redeliverWebhook, replayMessage, retryChannelCall, revokeApiKey, rotateApiKey, sweepConnection, testWebhook, type Webhook, type WebhookDelivery,
} from '@ordo/client';
import { type Listed, mapped, read, type Result } from '../api.ts';
import { written } from '../app/refused.ts';

export type { ApiKey, ImportKind, Listing, ChannelCall, Connection, InboxMessage, Job, Webhook, WebhookDelivery };

const data = async <T>(result: Promise<Result<{ readonly data: readonly T[] }>>): Promise<Result<readonly T[]>> => mapped(await result, ({ data: rows }) => rows);
const LIMIT = 100;
const DAY_SECONDS = 86_400;

export const readConnections = () => data(read((signal) => listConnections({ signal })));
export const compareNow = (id: string) => read((signal) => sweepConnection({ path: { id }, body: {}, signal }));
export const readMessages = (state: InboxMessage['state'] | null) => data(read((signal) => listMessages({ query: { limit: LIMIT, ...(state === null ? {} : { state }) }, signal })));
export const replay = (id: string) => read((signal) => replayMessage({ path: { id }, body: {}, signal }));
export const drop = (id: string) => read((signal) => dropMessage({ path: { id }, body: { reason: 'by hand in the console' }, signal }));
export const readCalls = (state: ChannelCall['state'] | null) => data(read((signal) => listChannelCalls({ query: { limit: LIMIT, ...(state === null ? {} : { state }) }, signal })));
export const retryCall = (id: string) => read((signal) => retryChannelCall({ path: { id }, body: {}, signal }));
export const readWebhooks = () => data(read((signal) => listWebhooks({ signal })));
export const readDeliveries = (id: string) => data(read((signal) => listWebhookDeliveries({ path: { id }, query: { limit: 25 }, signal })));
export const sendTest = (id: string) => read((signal) => testWebhook({ path: { id }, body: {}, signal }));
export const redeliver = (id: string) => read((signal) => redeliverWebhook({ path: { id }, body: {}, signal }));
export const readJobs = () => data(read((signal) => listJobs({ query: { limit: LIMIT }, signal })));
export const stopJob = (id: string) => read((signal) => cancelJob({ path: { id }, body: {}, signal }));
export const readKeys = () => data(read((signal) => listApiKeys({ signal })));
export const makeKey = (name: string, scopes: ApiKey['scopes']) => read((signal) => createApiKey({ body: { name, scopes }, signal }));
export const revokeKey = (id: string) => read((signal) => revokeApiKey({ path: { id }, signal }));
export const rotateKey = (id: string) => read((signal) => rotateApiKey({ path: { id }, body: { overlap_seconds: DAY_SECONDS }, signal }));

export const readJob = (id: string): Promise<Result<Job>> => read((signal) => getJob({ path: { id }, signal }));
export const readImportKinds = () => data(read((signal) => listImportKinds({ signal })));
const FILE_MS = 10 * 60_000;
/** The body of this one operation is the file itself, whatever it is written in: it is sent as it is. */
export const sendFile = (file: File, query: Omit<ImportFileData['query'], 'file'>): Promise<Result<Job>> =>
  read((signal) => importFile({ body: file as unknown as string, bodySerializer: null, headers: { 'Content-Type': 'application/octet-stream' }, query: { ...query, file: file.name }, signal }), undefined, FILE_MS);

export const readUnmapped = async (): Promise<Result<Listed<Listing>>> => mapped(await read((signal) => listListings({ query: { mapped: 'false', limit: LIMIT }, signal })), ({ data: rows, has_more: more }) => ({ rows, complete: !more }));
export const findAlike = (q: string): Promise<Result<readonly Item[]>> => data(read((signal) => listItems({ query: { q, limit: 5 }, signal })));
export const mapOne = ({ channel, variant_id: variant }: Listing, sku: string) => written((signal) => mapVariant({ body: { channel, variant, sku }, signal }));
