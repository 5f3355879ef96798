import type { AcknowledgementTold, CallChannel, WriteBackResult } from '../../../flows/write-back.ts';
import { done } from '../../kit/answers.ts';
import { accepted, ask, globalId } from './ask.ts';
import { ADD_TAGS } from './documents.ts';
import { tagged } from './shapes.ts';

/** A tag that staff see and can search by. A tag that is there already is not added again, so nothing needs to be looked at first. */
export async function acknowledge({ orderExternalId, orderNumber }: AcknowledgementTold, call: CallChannel): Promise<WriteBackResult> {
  const variables = { order: globalId('Order', orderExternalId), tags: [`Ordo ${orderNumber}`] };
  const answer = await ask(call, { document: ADD_TAGS, variables, shape: tagged, subject: `order ${orderExternalId}` });
  const step = answer.ok ? accepted(null, answer.value.tagsAdd.userErrors) : answer;
  return step.ok ? done(`The order is tagged "Ordo ${orderNumber}".`) : step.result;
}
