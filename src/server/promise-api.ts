import type { PackingPort } from '../domain/shipping/index.ts';
import { claimPromise } from '../flows/claim-promise.ts';
import type { Ambient, Store } from '../flows/ports.ts';
import { earliestDates, promiseDates } from '../flows/promise-dates.ts';
import { quoteShipping } from '../flows/quote-shipping.ts';
import type { App } from './http/app.ts';
import { promiseRoutes } from './http/promise-routes.ts';
import { shippingQuoteRoutes } from './http/shipping-quote-routes.ts';

/** The routes that say what an order that nobody has placed yet would cost, and when it would be there. */
export const promiseApi = (store: Store, ambient: Ambient, pack: PackingPort) => (app: App): void => {
  promiseRoutes({ promise: (...asked) => promiseDates(store, ...asked, ambient), earliest: (...asked) => earliestDates(store, ...asked, ambient), claim: (...asked) => claimPromise(store, ...asked, ambient) })(app);
  shippingQuoteRoutes({ quote: (tenantId, question) => quoteShipping(store, tenantId, question, ambient.now(), pack) })(app);
};
