import { expect, it } from 'vitest';
import { readSettings, SETTINGS, SettingsError, shownSettings } from './settings.ts';

const problems = (environment: Record<string, string>): readonly string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

it('has a default for everything that needs one, and takes an empty value for none', () => {
  const settings = readSettings({ PORT: '', ORDO_DEMO: ' ' });
  expect(settings).toMatchObject({ port: 8080, host: '127.0.0.1', dataDirectory: '.ordo', databaseUrl: null, demo: true, role: 'all', batchMax: 200, flights: 3, outgoingAllow: [], smtpUrl: null, mailFrom: null, mailKeepDays: 30, draftKeepDays: 30, provider: null });
  expect(SETTINGS.filter((setting) => setting.meaning.length < 20)).toEqual([]);
});

it('reads every setting', () => {
  expect(readSettings({
    PORT: '0', ORDO_PUBLIC_URL: 'https://ordo.shop.example/', ORDO_HOST: '0.0.0.0', ORDO_DATA_DIR: 'data', DATABASE_URL: 'postgres:///ordo?host=/run/postgresql', ORDO_DEMO: '0', ORDO_ROLE: 'worker', ORDO_BOOTSTRAP_KEY: 'eight888',
    ORDO_LOG_LEVEL: 'debug', ORDO_BATCH_MAX: '1', ORDO_FLIGHTS: '3', ORDO_WAITING_MAX: '5', ORDO_IMPORT_MAX_MB: '7', ORDO_SWEEP_SECONDS: '30', ORDO_OUTGOING_ALLOW: 'Partner.local:8443, [::1]:9', ORDO_URL: 'https://ordo.example.com/', ORDO_API_KEY: 'k',
    ORDO_OIDC_ISSUER: 'https://login.shop.example/realms/main', ORDO_OIDC_CLIENT_ID: 'ordo', ORDO_OIDC_CLIENT_SECRET: 's', ORDO_OIDC_LABEL: 'Shop ID', ORDO_OIDC_SCOPES: 'openid groups', ORDO_OIDC_DOMAINS: 'Shop.example, b.example', ORDO_OIDC_ADD_PEOPLE: '1',
    ORDO_OIDC_ROLES_CLAIM: 'groups', ORDO_OIDC_ROLES: 'CN=Ordo=admin, House = store', ORDO_OIDC_DEFAULT_ROLES: 'viewer,agent',
    ORDO_GEOCODE_FILE: 'places.csv', ORDO_SMTP_URL: 'smtps://u:p%40w@mail.example.com', ORDO_MAIL_FROM: 'orders@shop.example', ORDO_MAIL_KEEP_DAYS: '7', ORDO_DRAFT_KEEP_DAYS: '0',
  })).toEqual({
    port: 0, publicUrl: 'https://ordo.shop.example', host: '0.0.0.0', dataDirectory: 'data', databaseUrl: 'postgres:///ordo?host=/run/postgresql', demo: false, role: 'worker', bootstrapKey: 'eight888', logLevel: 'debug',
    batchMax: 1, flights: 3, waitingMax: 5, importMaxMb: 7, sweepSeconds: 30, outgoingAllow: ['partner.local:8443', '[::1]:9'], url: 'https://ordo.example.com', apiKey: 'k', geocodeFile: 'places.csv',
    smtpUrl: 'smtps://u:p%40w@mail.example.com', mailFrom: 'orders@shop.example', mailKeepDays: 7, draftKeepDays: 0,
    provider: {
      issuer: 'https://login.shop.example/realms/main', clientId: 'ordo', clientSecret: 's', label: 'Shop ID', scopes: 'openid groups', domains: ['shop.example', 'b.example'], addPeople: true, rolesClaim: 'groups',
      roles: [{ value: 'CN=Ordo', role: 'admin' }, { value: 'House', role: 'store' }], defaultRoles: ['viewer', 'agent'],
    },
  });
});

it.each([
  ['PORT', '65536', 'PORT is "65536", which is not a whole number from 0 to 65535.'],
  ['PORT', '1e3', 'PORT is "1e3", which is not a whole number from 0 to 65535.'],
  ['ORDO_DEMO', 'yes', 'ORDO_DEMO is "yes", which is none of 0, 1.'],
  ['ORDO_ROLE', 'API', 'ORDO_ROLE is "API", which is none of api, worker, all.'],
  ['ORDO_OUTGOING_ALLOW', 'a:1,b', 'ORDO_OUTGOING_ALLOW is "b", which is not host:port.'],
  ['ORDO_PUBLIC_URL', 'https://ordo.example/path', 'ORDO_PUBLIC_URL is "https://ordo.example/path", which is not an http or https address without a path.'],
  ['ORDO_URL', 'localhost:8080', 'ORDO_URL is "localhost:8080", which is not an http or https address.'],
  ['DATABASE_URL', 'mysql://u:geheim@h/d', 'DATABASE_URL is not a PostgreSQL address; write postgres://user:password@host:5432/database.'],
  ['ORDO_SMTP_URL', 'smtp:/geheim@h', 'ORDO_SMTP_URL is not the address of a mail server; write smtp://user:password@host:587 or smtps://user:password@host:465.'],
  ['ORDO_SMTP_URL', 'https://u:geheim@h', 'ORDO_SMTP_URL is not the address of a mail server; write smtp://user:password@host:587 or smtps://user:password@host:465.'],
  ['ORDO_MAIL_FROM', 'Shop <a@b>', 'ORDO_MAIL_FROM is "Shop <a@b>", which is not an e-mail address.'],
  ['ORDO_MAIL_KEEP_DAYS', '1', 'ORDO_MAIL_KEEP_DAYS is "1", which is not a whole number from 3 to 3650.'],
  ['ORDO_OIDC_ROLES', 'house=boss', 'ORDO_OIDC_ROLES is "house=boss", which is not value=role, with a role that there is.'],
  ['ORDO_OIDC_DEFAULT_ROLES', 'boss', 'ORDO_OIDC_DEFAULT_ROLES is "boss", which is no role.'],
  ['ORDO_OIDC_SCOPES', 'email', 'ORDO_OIDC_SCOPES is "email", which lacks the scope openid.'],
  ['ORDO_OIDC_CLIENT_ID', 'ordo', 'ORDO_OIDC_CLIENT_ID needs ORDO_OIDC_ISSUER: whose client that is.'],
  ['ORDO_BOOTSTRAP_KEY', 'geheim', 'ORDO_BOOTSTRAP_KEY must have 8 to 200 characters, without spaces.'],
])('refuses %s=%s in one sentence that shows no secret', (name, value, sentence) => {
  expect(problems({ [name]: value })).toEqual([sentence]);
});

it('wants to know who mails are from where they leave', () => {
  expect(problems({ ORDO_SMTP_URL: 'smtp://mail.example.com' })).toEqual(['ORDO_SMTP_URL needs ORDO_MAIL_FROM: who the mails are from.']);
});

it('wants to know of an identity provider what belongs together', () => {
  expect(problems({ ORDO_OIDC_ISSUER: 'https://login.example', ORDO_OIDC_ADD_PEOPLE: '1' })).toEqual([
    'ORDO_OIDC_ISSUER needs ORDO_OIDC_CLIENT_ID: what this Ordo is called there.', 'ORDO_OIDC_ADD_PEOPLE needs ORDO_OIDC_DEFAULT_ROLES or ORDO_OIDC_ROLES: what people who are added may do.',
  ]);
  expect(problems({ ORDO_OIDC_ISSUER: 'login.example', ORDO_OIDC_CLIENT_ID: 'ordo' })).toEqual(['ORDO_OIDC_ISSUER is "login.example", which is not an http or https address without a query.']);
  expect(problems({ ORDO_OIDC_ISSUER: 'https://login.example', ORDO_OIDC_CLIENT_ID: 'ordo', ORDO_OIDC_ROLES: 'a=admin' })).toEqual(['ORDO_OIDC_ROLES_CLAIM and ORDO_OIDC_ROLES need each other: which claim is read, and what it means.']);
});

it('names every wrong setting at once', () => {
  expect(problems({ PORT: 'x', ORDO_ROLE: 'x', ORDO_FLIGHTS: '0' })).toHaveLength(3);
});

it('shows what is set and what holds, and never a secret', () => {
  const shown = shownSettings({ PORT: '8099', DATABASE_URL: 'postgres://u:geheim@h/d', ORDO_SMTP_URL: ' ' });
  expect(shown.map(({ name }) => name)).toEqual(SETTINGS.map(({ name }) => name));
  expect(shown.filter(({ name }) => ['PORT', 'ORDO_HOST', 'DATABASE_URL', 'ORDO_SMTP_URL'].includes(name)).map(({ name, set, value, secret }) => [name, set, value, secret])).toEqual([
    ['PORT', true, '8099', false], ['ORDO_HOST', false, '127.0.0.1', false], ['DATABASE_URL', true, null, true], ['ORDO_SMTP_URL', false, null, true],
  ]);
  expect(JSON.stringify(shown)).not.toContain('geheim');
});
