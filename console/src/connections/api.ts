import {
  type ApiKey, cancelJob, changeConnection, type ChangeConnectionData, changeWebhook, type ChangeWebhookData, type ChannelCall, type Connection, type Connector, createApiKey, createConnection, type CreateConnectionData, createWebhook, type CreateWebhookData, deleteConnection, deleteWebhook,
  getJob, getMessage, importFile, type ImportFileData, type ImportKind, type InboxBulk, type InboxMessage, type InboxMessageDetail, type Item, type Job, listApiKeys, listChannelCalls, listConnections, listConnectors, listImportKinds, type Listing, listItems, listJobs, listListings, listMessages, listWebhookDeliveries, listWebhooks, mapVariant, redeliverFailed, redeliverWebhook, replayMessage,
  retryChannelCall, revokeApiKey, rotateApiKey, rotateConnectionSecret, rotateWebhookSecret, sweepConnection, testWebhook, type Webhook, type WebhookDelivery, workOnMessages, type WorkOnMessagesData,
} from '@ordo/client';
import { mapped, type Paged, paged, read, type Result } from '../api.ts';
import { written } from '../app/refused.ts';

export type { ApiKey, ChannelCall, Connection, Connector, ImportKind, InboxBulk, InboxMessage, InboxMessageDetail, Job, Listing, Webhook, WebhookDelivery };
export type MessageFilter = NonNullable<WorkOnMessagesData['body']['filter']>;
export type NewConnection = CreateConnectionData['body'];
export type ConnectionChange = NonNullable<ChangeConnectionData['body']>;
export type NewWebhook = CreateWebhookData['body'];
export type WebhookChange = NonNullable<ChangeWebhookData['body']>;
export type EventType = NonNullable<NewWebhook['types']>[number];

const data = async <T>(result: Promise<Result<{ readonly data: readonly T[] }>>): Promise<Result<readonly T[]>> => mapped(await result, ({ data: rows }) => rows);
const PAGE = 50;
const DAY_SECONDS = 86_400;
const from = (cursor: string): { limit: number; cursor?: string } => ({ limit: PAGE, ...(cursor === '' ? {} : { cursor }) });

export const readConnections = () => data(read((signal) => listConnections({ signal })));
export const readConnectors = () => data(read((signal) => listConnectors({ signal })));
export const compareNow = (id: string) => read((signal) => sweepConnection({ path: { id }, body: {}, signal }));
export const connect = (body: NewConnection) => written((signal) => createConnection({ body, signal }));
export const alterConnection = (id: string, body: ConnectionChange) => written((signal) => changeConnection({ path: { id }, body, signal }));
export const removeConnection = (id: string) => read((signal) => deleteConnection({ path: { id }, signal }));
/** Without a secret one is made. The one before is accepted for a day more. */
export const renewSecret = (id: string, secret: string) => written((signal) => rotateConnectionSecret({ path: { id }, body: secret === '' ? {} : { secret }, signal }));

export const readMessages = (filter: MessageFilter, cursor: string): Promise<Result<Paged<InboxMessage>>> => paged(read((signal) => listMessages({ query: { ...filter, ...from(cursor) }, signal })));
export const readMessage = (id: string): Promise<Result<InboxMessageDetail>> => read((signal) => getMessage({ path: { id }, signal }));
export const replay = (id: string) => read((signal) => replayMessage({ path: { id }, body: {}, signal }));
const DECIDE_MS = 60_000;
export const decide = (body: WorkOnMessagesData['body']): Promise<Result<InboxBulk>> => read((signal) => workOnMessages({ body, signal }), undefined, DECIDE_MS);

export const readCalls = (state: ChannelCall['state'] | null, cursor: string): Promise<Result<Paged<ChannelCall>>> => paged(read((signal) => listChannelCalls({ query: { ...from(cursor), ...(state === null ? {} : { state }) }, signal })));
export const retryCall = (id: string) => read((signal) => retryChannelCall({ path: { id }, body: {}, signal }));

export const readWebhooks = () => data(read((signal) => listWebhooks({ signal })));
export const subscribe = (body: NewWebhook) => written((signal) => createWebhook({ body, signal }));
export const alterWebhook = (id: string, body: WebhookChange) => written((signal) => changeWebhook({ path: { id }, body, signal }));
export const removeWebhook = (id: string) => read((signal) => deleteWebhook({ path: { id }, signal }));
export const renewSigning = (id: string) => read((signal) => rotateWebhookSecret({ path: { id }, body: { overlap_seconds: DAY_SECONDS }, signal }));
export const readDeliveries = (id: string, state: WebhookDelivery['state'] | null, cursor: string): Promise<Result<Paged<WebhookDelivery>>> =>
  paged(read((signal) => listWebhookDeliveries({ path: { id }, query: { ...from(cursor), ...(state === null ? {} : { state }) }, signal })));
export const sendTest = (id: string) => read((signal) => testWebhook({ path: { id }, body: {}, signal }));
export const redeliver = (id: string) => read((signal) => redeliverWebhook({ path: { id }, body: {}, signal }));
/** A trial counts what failed since then. */
export const resendFailed = (id: string, since: string, isTrial: boolean) => written((signal) => redeliverFailed({ path: { id }, body: { since, dry_run: isTrial }, signal }));

export const readJobs = (cursor: string): Promise<Result<Paged<Job>>> => paged(read((signal) => listJobs({ query: from(cursor), signal })));
export const stopJob = (id: string) => read((signal) => cancelJob({ path: { id }, body: {}, signal }));

export const readKeys = () => data(read((signal) => listApiKeys({ signal })));
export const makeKey = (name: string, scopes: ApiKey['scopes'], expires: string | null) => written((signal) => createApiKey({ body: { name, scopes, ...(expires === null ? {} : { expires_at: expires }) }, signal }));
export const revokeKey = (id: string) => read((signal) => revokeApiKey({ path: { id }, signal }));
export const rotateKey = (id: string) => read((signal) => rotateApiKey({ path: { id }, body: { overlap_seconds: DAY_SECONDS }, signal }));

export const readJob = (id: string): Promise<Result<Job>> => read((signal) => getJob({ path: { id }, signal }));
export const readImportKinds = () => data(read((signal) => listImportKinds({ signal })));
const FILE_MS = 10 * 60_000;
/** The body of this one operation is the file itself, whatever it is written in: it is sent as it is. */
export const sendFile = (file: File, query: Omit<ImportFileData['query'], 'file'>): Promise<Result<Job>> =>
  read((signal) => importFile({ body: file as unknown as string, bodySerializer: null, headers: { 'Content-Type': 'application/octet-stream' }, query: { ...query, file: file.name }, signal }), undefined, FILE_MS);

export const readUnmapped = (cursor: string): Promise<Result<Paged<Listing>>> => paged(read((signal) => listListings({ query: { mapped: 'false', ...from(cursor) }, signal })));
export const findAlike = (q: string): Promise<Result<readonly Item[]>> => data(read((signal) => listItems({ query: { q, limit: 5 }, signal })));
export const mapOne = ({ channel, variant_id: variant }: Listing, sku: string) => written((signal) => mapVariant({ body: { channel, variant, sku }, signal }));
