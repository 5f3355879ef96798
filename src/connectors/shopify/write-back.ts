import type { WriteBack } from '../../flows/write-back.ts';
import { access } from './access.ts';
import { cancel } from './write-back/cancel.ts';
import { fulfil } from './write-back/fulfil.ts';
import { setStock } from './write-back/set-stock.ts';

/** By the GraphQL Admin API. */
export const shopifyWriteBack: WriteBack = {
  ...access,
  fulfil,
  cancel,
  setStock,
};
