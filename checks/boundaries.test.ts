import { describe, expect, it } from 'vitest';
import { checkBoundaries } from './boundaries.ts';
import { fixture } from './support/source.ts';

const messages = (path: string, ...lines: string[]): string[] =>
  checkBoundaries([fixture(path, ...lines)]).map(({ file, line, message }) => `${file}:${line} ${message}`);

describe('boundaries', () => {
  it.each([
    ['src/domain/kernel/a.ts', "import { readFileSync } from 'node:fs';", 'must not import node:fs'],
    ['src/domain/kernel/a.ts', "import { readFileSync } from 'fs';", 'must not import node:fs'],
    ['src/domain/kernel/a.ts', "import { z } from 'zod';", 'must not import the package zod'],
    ['src/domain/kernel/a.ts', "import type { A } from '../catalog/index.ts';", 'must not import catalog, which comes after it'],
    ['src/domain/routing/a.ts', "export * from '../order/line.ts';", 'import src/domain/order/index.ts'],
    ['src/domain/routing/a.ts', "import { load } from '../../flows/ports.ts';", 'must not import src/flows/ports.ts'],
    ['src/domain/shared.ts', "import { a } from './kernel/index.ts';", 'belongs to no domain module'],
    ['src/domain/kernel/a.test.ts', "import { Pool } from 'pg';", 'must not import the package pg'],
    ['src/flows/a.ts', "import { order } from '../domain/order/line.ts';", 'import src/domain/order/index.ts'],
    ['src/flows/a.ts', "import { db } from '../postgres/stock.ts';", 'must not import src/postgres/stock.ts'],
    ['src/flows/a.ts', "import { uuidv7 } from 'uuidv7';", 'must not import the package uuidv7'],
    ['src/postgres/a.ts', "import { x } from '../server/batcher.ts';", 'must not import src/server/batcher.ts'],
    ['src/server/a.ts', "const x = await import('../postgres/stock.ts');", 'must not import src/postgres/stock.ts'],
    ['src/server/a.ts', "import { client } from '@ordo/client';", 'must not import @ordo/client'],
    ['src/connectors/shop/a.ts', "import { x } from '../../server/journey.ts';", 'must not import src/server/journey.ts'],
    ['src/cli/a.ts', "import { x } from '../server/batcher.ts';", 'must not import src/server/batcher.ts'],
    ['src/cli/a.ts', "import { x } from '../flows/capture.ts';", 'must not import src/flows/capture.ts'],
    ['src/files/a.ts', "import { x } from '../cli/output.ts';", 'must not import src/cli/output.ts'],
    ['src/files/a.ts', "import { x } from '../flows/capture.ts';", 'must not import src/flows/capture.ts'],
    ['console/src/a.tsx', "import { x } from '../../client/src/index.ts';", 'must not import client/src/index.ts'],
    ['console/src/a.tsx', "import { x } from '../../src/domain/kernel/index.ts';", 'must not import src/domain'],
    ['client/src/index.ts', "import type { X } from '../../src/server/settings.ts';", 'must not import src/server/settings.ts'],
    ['src/server/a.ts', "import { fake } from './clock.testing.ts';", 'only tests may import src/server/clock.testing.ts'],
    ['src/tools/a.ts', 'export {};', 'belongs to no layer'],
    ['src/server/workers/a.ts', 'await fetch(url);', 'call of fetch'],
    ['src/server/workers/a.ts', 'await globalThis.fetch(url);', 'call of fetch'],
    ['src/connectors/a/a.ts', "import { request } from 'node:https';", 'import of https'],
    ['src/postgres/a.ts', "import { request } from 'undici';", 'import of undici'],
  ])('finds %s: %s', (path, line, expected) => {
    expect(messages(path, '', line)).toEqual([expect.stringContaining(expected)]);
    expect(messages(path, '', line)[0]).toContain(`${path}:`);
  });

  it.each([
    ['src/domain/routing/a.ts', "import { add } from '../kernel/index.ts';"],
    ['src/domain/routing/a.ts', "import { price } from './price.ts';"],
    ['src/domain/routing/a.test.ts', "import fc from 'fast-check'; import { it } from 'vitest'; import { x } from '../order/line.ts';"],
    ['src/domain/routing/a.test.ts', "import { order } from '../../../tests/support/orders.ts';"],
    ['src/flows/a.ts', "import { decide } from '../domain/order/index.ts'; import type { Ports } from './ports.ts';"],
    ['src/postgres/a.ts', "import pg from 'pg'; import { join } from 'node:path'; import type { P } from '../flows/ports.ts';"],
    ['src/server/compose.ts', "import { s } from '../postgres/stock.ts'; import { c } from '../connectors/shop/index.ts';"],
    ['src/server/http/a.ts', "import Fastify from 'fastify'; import type { IncomingMessage } from 'node:http';"],
    ['src/server/outgoing.ts', "import { request } from 'node:https'; await fetch(url);"],
    ['src/cli/a.ts', "import { c } from '@ordo/client'; import { compose } from '../server/compose.ts'; await fetch(url);"],
    ['console/src/a.tsx', "import { c } from '@ordo/client'; import React from 'react'; import { Row } from './row.tsx';"],
    ['src/server/a.ts', 'await this.fetch(url); await rates.fetch(url);'],
  ])('accepts %s: %s', (path, line) => {
    expect(messages(path, line)).toEqual([]);
  });
});
