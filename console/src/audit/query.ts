// What the audit log is narrowed down to, as its address says it.
import { actionUrl } from '../actions/url.ts';
import { badDayUrl } from '../day/query.ts';
import { orderIdIn } from '../orders/query.ts';
import { orderUrl } from '../orders/urls.ts';
import { peopleUrl } from '../people/query.ts';
import { isZone, startOfDay, viewerZone } from '../time.ts';
import type { AuditEntry, AuditQuestion } from './api.ts';

export interface AuditView {
  readonly actor: string;
  readonly type: string;
  /** Id or code of what it was done to. */
  readonly object: string;
  /** Of what kind it was done to. */
  readonly kind: string;
  readonly request: string;
  /** How it came about. */
  readonly via: string;
  /** The job that made it. */
  readonly job: string;
  /** Calendar days, both included, in `zone`. */
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

const dayOf = (text: string): string => (/^2[01]/.test(text) && startOfDay(text, 'UTC') !== null ? text : '');

export const KINDS = ['order', 'node', 'item', 'strategy', 'channel', 'price_list', 'user', 'key', 'webhook', 'connection', 'report_schedule', 'closure', 'exception', 'invoice', 'claim', 'supply', 'supply_order', 'variant', 'code'] as const;
type Kind = (typeof KINDS)[number];
const isKind = (text: string): text is Kind => KINDS.some((one) => one === text);

export const VIAS = ['person', 'api_key', 'cli', 'job', 'worker', 'channel', 'program'] as const;
type Via = (typeof VIAS)[number];
const isVia = (text: string): text is Via => VIAS.some((one) => one === text);

export function parseAudit(search: string): AuditView {
  const given = new URLSearchParams(search);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  const zone = text('zone');
  return { actor: text('actor'), type: text('type'), object: text('object'), kind: isKind(text('kind')) ? text('kind') : '', request: text('request'), via: isVia(text('via')) ? text('via') : '', job: text('job'), from: dayOf(text('from')), to: dayOf(text('to')), zone: zone !== '' && isZone(zone) ? zone : viewerZone() };
}

export function auditUrl(view: Partial<AuditView> = {}): string {
  const hasDays = (view.from ?? '') !== '' || (view.to ?? '') !== '';
  const text = new URLSearchParams(Object.entries(view).filter(([name, value]) => value !== '' && (name !== 'zone' || hasDays))).toString();
  return text === '' ? '/audit' : `/audit?${text}`;
}

export const isNarrowed = ({ actor, type, object, kind, request, via, job, from, to }: AuditView): boolean => [actor, type, object, kind, request, via, job, from, to].some((one) => one !== '');

/** As the server takes it. */
export function questionOf({ actor, type, object, kind, request, via, job, from, to, zone }: AuditView): AuditQuestion {
  const [since, until] = [from === '' ? null : startOfDay(from, zone), to === '' ? null : startOfDay(to, zone, 1)];
  const order = orderIdIn(object);
  return {
    ...(actor === '' ? {} : { actor }), ...(type === '' ? {} : { type }), ...(object === '' ? {} : order === null ? { q: object } : { order }),
    ...(isKind(kind) ? { kind } : {}), ...(request === '' ? {} : { request }), ...(isVia(via) ? { via } : {}), ...(job === '' ? {} : { job }), ...(since === null ? {} : { from: new Date(since).toISOString() }), ...(until === null ? {} : { to: new Date(until).toISOString() }),
  };
}

/** The same as a file. */
export const exportUrl = (view: AuditView): string => `/v1/exports/events?${new URLSearchParams(Object.entries({ format: 'csv', ...questionOf(view) }).map(([name, value]) => [name, String(value)])).toString()}`;

const SETUP: ReadonlySet<string> = new Set(['channel', 'connection', 'webhook', 'key', 'variant']);

/** Where a job is looked at: an action over many orders, a closure, or an import among the connections. */
export function jobUrl(job: string): string {
  if (job.startsWith('act_')) return actionUrl(job);
  return job.startsWith('clo_') ? badDayUrl({ closure: job }) : '/connections';
}

/** Where the object is looked at; null where no screen shows it. */
export function objectUrl(object: NonNullable<AuditEntry['object']>): string | null {
  const id = encodeURIComponent(object.id);
  switch (object.kind) {
    case 'order': return orderUrl(object.id);
    case 'node': return `/nodes/${id}`;
    case 'strategy': return `/strategies/${id}`;
    case 'item': return `/stock?q=${id}`;
    case 'user': return peopleUrl({ tab: 'access', who: object.id });
    case 'report_schedule': return '/reports';
    default: return SETUP.has(object.kind) ? '/connections' : null;
  }
}
