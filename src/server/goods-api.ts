import type { Ambient } from '../flows/ports.ts';
import { previewStock, previewSupply } from '../flows/preview-goods.ts';
import type { PriceStore } from '../flows/price-store.ts';
import { protectStock } from '../flows/protect-stock.ts';
import type { Queries } from '../flows/queries.ts';
import type { App } from './http/app.ts';
import { goodsRoutes } from './http/goods-routes.ts';

/** What people see of goods before they change them, and what is kept back, on a store. */
export const goodsApi = (store: PriceStore, queries: Queries, ambient: Ambient): ((app: App) => void) => goodsRoutes({
  queries, previewSupply: (tenantId, command) => previewSupply(store, queries, tenantId, command, ambient), previewStock: (tenantId, commands) => previewStock(store, queries, tenantId, commands, ambient),
  protect: async (tenantId, command) => {
    const [answer] = await protectStock(store, tenantId, [command], ambient);
    if (answer === undefined) throw new Error('a command has an answer');
    return answer;
  },
});
