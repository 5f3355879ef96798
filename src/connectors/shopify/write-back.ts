import type { WriteBack } from '../../flows/write-back.ts';
import { access } from './access.ts';
import { acknowledge } from './write-back/acknowledge.ts';
import { cancel } from './write-back/cancel.ts';
import { QUANTITIES_MAX } from './write-back/documents.ts';
import { fulfil } from './write-back/fulfil.ts';
import { tellStock } from './write-back/tell-stock.ts';

/** By the GraphQL Admin API. */
export const shopifyWriteBack = {
  ...access,
  acknowledge,
  fulfil: { tracking: true, partial: true, tell: fulfil },
  cancel,
  stock: { byPlace: true, compareAndSet: true, atOnce: QUANTITIES_MAX, tell: tellStock },
} satisfies WriteBack;
