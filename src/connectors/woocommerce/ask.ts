import type { z } from 'zod';
import type { CallChannel, ChannelRequest } from '../../flows/write-back.ts';
import { found, jsonOf, unreadable, type Step } from '../kit/answers.ts';

/** Where the REST API, version 3, is below a shop's address. */
export const ROOT = '/wp-json/wc/v3';

/** Only the fields that are read are asked for: whole orders and products can be long. */
export async function ask<T>(call: CallChannel, request: ChannelRequest, shape: z.ZodType<T>, subject: string): Promise<Step<T>> {
  const json = jsonOf(await call(request), { credential: 'The consumer key', subject });
  if (!json.ok) return json;
  const parsed = shape.safeParse(json.value);
  return parsed.success ? found(parsed.data) : unreadable(subject);
}
