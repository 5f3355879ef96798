import type { Connector } from './kit/types.ts';
import { shopify } from './shopify/index.ts';
import { woocommerce } from './woocommerce/index.ts';

/** Every kind of channel there is. Adding one is its folder and its line here. */
export const CONNECTORS: ReadonlyMap<string, Connector> = new Map([shopify, woocommerce].map((connector) => [connector.name, connector]));
