import { hash } from 'node:crypto';
import { claimPromise } from '../flows/claim-promise.ts';
import type { CustomerStore } from '../flows/customers.ts';
import type { DraftStore } from '../flows/draft-types.ts';
import type { Ambient, Store } from '../flows/ports.ts';
import { promiseDates } from '../flows/promise-dates.ts';
import type { Queries } from '../flows/queries.ts';
import { quoteDraft } from '../flows/quote-draft.ts';
import type { App, SubmitFlows } from './http/app.ts';
import { customerRoutes } from './http/customer-routes.ts';
import { orderDraftRoutes } from './http/order-draft-routes.ts';

export interface CustomerApiDeps {
  readonly store: Store;
  readonly queries: Queries;
  readonly customers: CustomerStore;
  readonly drafts: DraftStore;
  readonly flows: Pick<SubmitFlows, 'capture' | 'claim'>;
  readonly ambient: Ambient;
  /** Days after which a draft that nobody changed is discarded; 0 for never. */
  readonly draftKeepDays: number;
}

/** The routes about who orders, and of orders that people take down for them. */
export const customerApi = ({ store, queries, customers, drafts, flows, ambient, draftKeepDays }: CustomerApiDeps) => (app: App): void => {
  customerRoutes({ customers, queries, ambient })(app);
  orderDraftRoutes({
    drafts, ambient, keepDays: draftKeepDays, capture: flows.capture, hash: (text) => hash('sha256', text),
    quote: (tenantId, draft, limit) => quoteDraft({ store, queries, ambient }, tenantId, draft, limit),
    promise: (tenantId, question) => promiseDates(store, tenantId, question, ambient), claim: (tenantId, command) => claimPromise(store, tenantId, command, ambient),
    release: (tenantId, claimId, by) => flows.claim(tenantId, { type: 'release', claimId, idempotencyKey: null, bodyHash: '', ...by }),
  })(app);
};
