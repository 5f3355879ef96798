import { isRole, type Role as PersonRole } from '../flows/roles.ts';
import type { ProviderSettings } from './auth/provider.ts';
import { readUrl } from './url.ts';
export { type Scenario, SCENARIOS } from '../flows/sandbox.ts';

/** What one process is for: `all` does everything, the other two split the work over processes. */
export type Role = 'api' | 'worker' | 'all';
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly dataDirectory: string;
  /** An external PostgreSQL, as the owner of its database; null for the built-in one. */
  readonly databaseUrl: string | null;
  readonly demo: boolean;
  /** Where people reach this server, without a slash at the end; null where that is where it listens. */
  readonly publicUrl: string | null;
  readonly role: Role;
  readonly bootstrapKey: string | null;
  readonly logLevel: LogLevel;
  readonly batchMax: number;
  readonly flights: number;
  readonly waitingMax: number;
  /** Megabytes of a file that is sent to be imported. */
  readonly importMaxMb: number;
  /** How far apart sweeps of a channel begin; 0 where they only do when somebody asks. */
  readonly sweepSeconds: number;
  /** Lower-case "host:port" pairs the outgoing door may call although they are private. */
  readonly outgoingAllow: readonly string[];
  /** The operator's own places, as CSV or a JSON object a line; null without one. */
  readonly geocodeFile: string | null;
  /** The mail server, with user and password where it wants them; null to keep mails here and send none. */
  readonly smtpUrl: string | null;
  /** Sender of channels that name none. */
  readonly mailFrom: string | null;
  readonly mailKeepDays: number;
  /** Days after which a draft of an order that nobody changed is discarded; 0 for never. */
  readonly draftKeepDays: number;
  /** Where people may sign in beside this server; null without one. */
  readonly provider: ProviderSettings | null;
  /** Where the command line finds a running Ordo, and with which key; null to look in the data directory. */
  readonly url: string | null;
  readonly apiKey: string | null;
}

/** One setting of this process, without what it keeps secret. */
export interface ShownSetting {
  readonly name: string;
  readonly meaning: string;
  readonly default: string;
  readonly secret: boolean;
  /** Whether the environment says it. */
  readonly set: boolean;
  /** What holds; null where it is secret or nothing. */
  readonly value: string | null;
}

/** Every setting: an environment variable, read once at start. docs/reference/settings.md is generated from this table. */
export const SETTINGS = [
  { name: 'PORT', default: '8080', meaning: 'Port of the API and its pages; 0 takes any free one.' },
  { name: 'ORDO_HOST', default: '127.0.0.1', meaning: 'Address to listen on; 0.0.0.0 for every network, behind a proxy that speaks TLS.' },
  { name: 'ORDO_PUBLIC_URL', default: '', meaning: 'Address at which people reach Ordo, such as https://ordo.example, where it is another than the one it listens on: for links that sign in, and for cookies that only go over TLS.' },
  { name: 'ORDO_DATA_DIR', default: '.ordo', meaning: 'Directory of the built-in database and of connection.json.' },
  { name: 'DATABASE_URL', default: '', meaning: 'External PostgreSQL 15 or newer, as the owner of its database; without it the built-in one runs in ORDO_DATA_DIR.', secret: true },
  { name: 'ORDO_DEMO', default: '1', meaning: 'Whether an empty system is filled with demonstration data, and new orders keep coming: 1 or 0.' },
  { name: 'ORDO_ROLE', default: 'all', meaning: 'What this process does: api, worker or all. A worker serves /health and /metrics only.' },
  { name: 'ORDO_BOOTSTRAP_KEY', default: '', meaning: "An administrator's API key that is valid from the first start on, for automation: at least 8 characters, better 24.", secret: true },
  { name: 'ORDO_LOG_LEVEL', default: 'warn', meaning: 'Least urgent log line that is written: fatal, error, warn, info, debug, trace or silent.' },
  { name: 'ORDO_BATCH_MAX', default: '200', meaning: 'Commands that one transaction takes at most.' },
  { name: 'ORDO_FLIGHTS', default: '3', meaning: 'Transactions that fly at once per tenant and kind of command.' },
  { name: 'ORDO_WAITING_MAX', default: '20000', meaning: 'Commands that may wait; further ones are answered 429 with Retry-After.' },
  { name: 'ORDO_IMPORT_MAX_MB', default: '1024', meaning: 'Megabytes of one file that is sent to be imported; it is kept in the database until it has been worked through.' },
  { name: 'ORDO_SWEEP_SECONDS', default: '600', meaning: 'Seconds between two sweeps of a channel, which read again what changed there and compare it; 0 for none but those that are asked for.' },
  { name: 'ORDO_OUTGOING_ALLOW', default: '', meaning: 'Comma-separated host:port pairs that webhooks may call although they are private, and without TLS.' },
  { name: 'ORDO_GEOCODE_FILE', default: '', meaning: 'File of places of your own, CSV or one JSON object a line: country, postcode or town, latitude, longitude. Addresses without coordinates are looked up there first.' },
  { name: 'ORDO_SMTP_URL', default: '', meaning: 'Mail server for mails to customers: smtp://user:password@host:587 (STARTTLS) or smtps://host:465; without it mails are written and kept, and none leaves.', secret: true },
  { name: 'ORDO_MAIL_FROM', default: '', meaning: 'Sender of mails of channels that name none, such as orders@shop.example; needed with ORDO_SMTP_URL.' },
  { name: 'ORDO_MAIL_KEEP_DAYS', default: '30', meaning: 'Days after which mails to customers are forgotten, 3 to 3650.' },
  { name: 'ORDO_DRAFT_KEEP_DAYS', default: '30', meaning: 'Days after which a draft of an order that nobody has changed is discarded, with what is personal in it, up to 3650; 0 for never. Every process has to have the same.' },
  { name: 'ORDO_OIDC_ISSUER', default: '', meaning: 'Issuer of an OpenID Connect provider at which people may sign in, such as https://login.shop.example/realms/main; without it nobody does.' },
  { name: 'ORDO_OIDC_CLIENT_ID', default: '', meaning: 'Id of this Ordo at the provider; needed with ORDO_OIDC_ISSUER.' },
  { name: 'ORDO_OIDC_CLIENT_SECRET', default: '', meaning: 'Secret of this Ordo at the provider; none for a public client.', secret: true },
  { name: 'ORDO_OIDC_LABEL', default: 'Single Sign-on', meaning: 'Name by which people know the provider; the button for signing in says it.' },
  { name: 'ORDO_OIDC_SCOPES', default: 'openid email profile', meaning: 'Scopes that the provider is asked for, separated by spaces; some have one for groups.' },
  { name: 'ORDO_OIDC_DOMAINS', default: '', meaning: 'Comma-separated domains of the e-mail addresses that may be tied to a person here; every one without it.' },
  { name: 'ORDO_OIDC_ADD_PEOPLE', default: '0', meaning: 'Whether people whom nobody added here are added when they first sign in: 1 or 0.' },
  { name: 'ORDO_OIDC_ROLES_CLAIM', default: '', meaning: 'Claim that says what people are, such as groups; without it roles are given here alone.' },
  { name: 'ORDO_OIDC_ROLES', default: '', meaning: 'What values of the claim stand for, as comma-separated value=role pairs such as ordo-admins=admin,warehouse=store; people have these roles from each sign-in on.' },
  { name: 'ORDO_OIDC_DEFAULT_ROLES', default: '', meaning: 'Comma-separated roles of those to whom the claim gives none, and of people who are added where no claim is read; without it they stay out.' },
  { name: 'ORDO_URL', default: '', meaning: 'For the command line: the address of the Ordo to talk to; without it connection.json in ORDO_DATA_DIR is read.' },
  { name: 'ORDO_API_KEY', default: '', meaning: 'For the command line: the API key to use at ORDO_URL.', secret: true },
] as const satisfies readonly { readonly name: string; readonly default: string; readonly meaning: string; readonly secret?: boolean }[];

type Name = (typeof SETTINGS)[number]['name'];
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that cannot be used; `problems` has one sentence for each, and never the value of a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

/** Shorter keys can be guessed by trying; they are accepted for trying things out, with a warning. */
export const STRONG_KEY_LENGTH = 24;

/** Reads and checks all settings at once. Throws SettingsError. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const read = reader(environment, problems);
  const settings: Settings = {
    port: read.integer('PORT', 0, 65_535),
    host: read.text('ORDO_HOST') ?? '',
    publicUrl: read.checked('ORDO_PUBLIC_URL', isOrigin, 'is not an http or https address without a path')?.replace(/\/+$/, '') ?? null,
    dataDirectory: read.text('ORDO_DATA_DIR') ?? '',
    databaseUrl: read.checked('DATABASE_URL', isDatabaseUrl, 'is not a PostgreSQL address; write postgres://user:password@host:5432/database'),
    demo: read.choice('ORDO_DEMO', ['0', '1']) === '1',
    role: read.choice('ORDO_ROLE', ['api', 'worker', 'all']),
    bootstrapKey: read.checked('ORDO_BOOTSTRAP_KEY', (key) => /^[\x21-\x7e]{8,200}$/.test(key), 'must have 8 to 200 characters, without spaces'),
    logLevel: read.choice('ORDO_LOG_LEVEL', LOG_LEVELS),
    batchMax: read.integer('ORDO_BATCH_MAX', 1, 5_000),
    flights: read.integer('ORDO_FLIGHTS', 1, 16),
    waitingMax: read.integer('ORDO_WAITING_MAX', 1, 1_000_000),
    importMaxMb: read.integer('ORDO_IMPORT_MAX_MB', 1, 100_000),
    sweepSeconds: read.integer('ORDO_SWEEP_SECONDS', 0, 7 * 86_400),
    outgoingAllow: read.list('ORDO_OUTGOING_ALLOW', (place) => /^(\[[0-9a-f:]+\]|[a-z0-9.-]+):\d{1,5}$/.test(place), 'is not host:port'),
    geocodeFile: read.text('ORDO_GEOCODE_FILE'),
    smtpUrl: read.checked('ORDO_SMTP_URL', isSmtpUrl, 'is not the address of a mail server; write smtp://user:password@host:587 or smtps://user:password@host:465'),
    mailFrom: read.checked('ORDO_MAIL_FROM', isMailbox, 'is not an e-mail address'),
    mailKeepDays: read.integer('ORDO_MAIL_KEEP_DAYS', 3, 3650),
    draftKeepDays: read.integer('ORDO_DRAFT_KEEP_DAYS', 0, 3650),
    provider: readProvider(read, problems),
    url: read.checked('ORDO_URL', isHttpUrl, 'is not an http or https address')?.replace(/\/+$/, '') ?? null,
    apiKey: read.text('ORDO_API_KEY'),
  };
  if (settings.smtpUrl !== null && isSmtpUrl(settings.smtpUrl) && settings.mailFrom === null) problems.push('ORDO_SMTP_URL needs ORDO_MAIL_FROM: who the mails are from.');
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** What has to be said together of an identity provider, or not at all. */
function readProvider(read: ReturnType<typeof reader>, problems: string[]): ProviderSettings | null {
  const issuer = read.checked('ORDO_OIDC_ISSUER', (value) => isHttpUrl(value) && !/[?#@]/.test(value), 'is not an http or https address without a query');
  const [clientId, clientSecret, rolesClaim] = [read.text('ORDO_OIDC_CLIENT_ID'), read.text('ORDO_OIDC_CLIENT_SECRET'), read.text('ORDO_OIDC_ROLES_CLAIM')];
  const roles = read.pairs('ORDO_OIDC_ROLES', isRole, 'is not value=role, with a role that there is');
  const defaultRoles = read.list('ORDO_OIDC_DEFAULT_ROLES', isRole, 'is no role').filter((role): role is PersonRole => isRole(role));
  const addPeople = read.choice('ORDO_OIDC_ADD_PEOPLE', ['0', '1']) === '1';
  const scopes = read.checked('ORDO_OIDC_SCOPES', (value) => value.split(/\s+/).includes('openid'), 'lacks the scope openid') ?? '';
  const domains = read.list('ORDO_OIDC_DOMAINS', (domain) => /^[a-z0-9.-]+\.[a-z0-9-]{2,}$/.test(domain), 'is not a domain such as shop.example');
  if (issuer === null) {
    if (clientId !== null) problems.push('ORDO_OIDC_CLIENT_ID needs ORDO_OIDC_ISSUER: whose client that is.');
    return null;
  }
  if (clientId === null) problems.push('ORDO_OIDC_ISSUER needs ORDO_OIDC_CLIENT_ID: what this Ordo is called there.');
  if ((rolesClaim === null) !== (roles.length === 0)) problems.push('ORDO_OIDC_ROLES_CLAIM and ORDO_OIDC_ROLES need each other: which claim is read, and what it means.');
  if (addPeople && roles.length + defaultRoles.length === 0) problems.push('ORDO_OIDC_ADD_PEOPLE needs ORDO_OIDC_DEFAULT_ROLES or ORDO_OIDC_ROLES: what people who are added may do.');
  return { issuer, clientId: clientId ?? '', clientSecret, label: read.text('ORDO_OIDC_LABEL') ?? '', scopes, domains, addPeople, rolesClaim, roles, defaultRoles };
}

/** What an environment says of each setting, secrets left out. */
export function shownSettings(environment: Environment): ShownSetting[] {
  const { text } = reader(environment, []);
  return SETTINGS.map((setting) => {
    const secret = 'secret' in setting;
    return { name: setting.name, meaning: setting.meaning, default: setting.default, secret, set: (environment[setting.name] ?? '').trim() !== '', value: secret ? null : text(setting.name) };
  });
}

function reader(environment: Environment, problems: string[]) {
  const text = (name: Name): string | null => {
    const given = environment[name]?.trim();
    const value = given === undefined || given === '' ? SETTINGS.find((setting) => setting.name === name)?.default ?? '' : given;
    return value === '' ? null : value;
  };
  /** A secret is never repeated, not even a wrong one. */
  const complain = (name: Name, value: string, what: string): void => {
    const secret = SETTINGS.some((setting) => setting.name === name && 'secret' in setting);
    problems.push(`${name}${secret ? '' : ` is "${value}", which`} ${what}.`);
  };
  return {
    text,
    integer(name: Name, least: number, most: number): number {
      const value = text(name) ?? '';
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most)) complain(name, value, `is not a whole number from ${least} to ${most}`);
      return number;
    },
    choice<T extends string>(name: Name, choices: readonly T[]): T {
      const value = text(name) ?? '';
      const found = choices.find((choice) => choice === value);
      if (found === undefined) complain(name, value, `is none of ${choices.join(', ')}`);
      return found ?? (choices[0] as T);
    },
    checked(name: Name, good: (value: string) => boolean, what: string): string | null {
      const value = text(name);
      if (value !== null && !good(value)) complain(name, value, what);
      return value;
    },
    /** Pairs of what comes before the last = and what comes after it. */
    pairs<T extends string>(name: Name, good: (value: string) => value is T, what: string): { readonly value: string; readonly role: T }[] {
      return (text(name) ?? '').split(',').map((pair) => pair.trim()).filter((pair) => pair !== '').flatMap((pair) => {
        const at = pair.lastIndexOf('=');
        const [value, role] = [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
        if (value !== '' && good(role)) return [{ value, role }];
        complain(name, pair, what);
        return [];
      });
    },
    list(name: Name, good: (value: string) => boolean, what: string): string[] {
      const values = (text(name) ?? '').toLowerCase().split(',').map((value) => value.trim()).filter((value) => value !== '');
      for (const value of values) if (!good(value)) complain(name, value, what);
      return values;
    },
  };
}

const isHttpUrl = (value: string): boolean => /^https?:$/.test(readUrl(value)?.protocol ?? '');
const isOrigin = (value: string): boolean => isHttpUrl(value) && /^https?:\/\/[^/?#@]+\/?$/i.test(value);
const isSmtpUrl = (value: string): boolean => /^smtps?:\/\/[^/?#]+\/?$/i.test(value) && canBeCalled(readUrl(value));
const isMailbox = (value: string): boolean => /^[^\s@<>",;:\\]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,}$/i.test(value);
const isDatabaseUrl = (value: string): boolean => /^postgres(ql)?:$/.test(readUrl(value)?.protocol ?? '');

function canBeCalled(url: URL | null): boolean {
  try {
    decodeURIComponent(`${url?.username}${url?.password}`);
    return (url?.hostname ?? '') !== '';
  } catch {
    return false;
  }
}
