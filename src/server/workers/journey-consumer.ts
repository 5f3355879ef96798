import type { Cursor, FailedWork, RecordedEvent } from "../../flows/integration.ts";
import { hasNextSteps, takeNextSteps } from "../journey.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

export const JOURNEY_CONSUMER = "journey";

/** Holders that may die over one event before it is set aside: with the batch it came in, three crashes at most. */
const CRASHES_MAX = 2;
const RETRIES_PER_TURN = 20;
/** How often failed work is looked for while the log keeps coming. */
const RETRY_EVERY_MS = 1_000;

interface Place {
  readonly fence: number;
  cursor: Cursor;
  retriedAt: number;
}

/**
 * Reads the log in order and does what follows each fact. At least once: the cursor moves after the work, so every
 * step is idempotent. An event whose work fails is set aside and tried again later, and the others go on; one that
 * ends the process is found by going on singly where a batch was left unfinished.
 */
export function createJourneyConsumer(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings): (tenantId: number) => Promise<Found> {
  const { outbox } = deps.integration;
  const places = new Map<number, Place>();

  /** Null where a newer holder has the consumer already. */
  async function placeOf(held: Held): Promise<Place | null> {
    const known = places.get(held.lease.tenantId);
    if (known && known.fence === held.lease.fence) return known;
    const cursor = await outbox.adopt(held.lease, JOURNEY_CONSUMER);
    if (cursor === null) return null;
    const place = { fence: held.lease.fence, cursor, retriedAt: 0 };
    places.set(held.lease.tenantId, place);
    return place;
  }

  async function advance(held: Held, place: Place, until: number, events: number): Promise<void> {
    if (!(await outbox.advance(held.lease, JOURNEY_CONSUMER, place.cursor.position, until))) return keeper.lost(held);
    const { unfinishedUntil } = place.cursor;
    place.cursor = { position: until, unfinishedUntil: unfinishedUntil !== null && until < unfinishedUntil ? unfinishedUntil : null, crashes: 0 };
    deps.metrics.count("ordo_outbox_events_total", { consumer: JOURNEY_CONSUMER }, events);
  }

  return async (tenantId) => {
    const held = await keeper.hold(tenantId, JOURNEY_CONSUMER);
    if (held === null) return "nothing";
    const place = await placeOf(held);
    if (place === null) return keeper.lost(held), "nothing";
    const singly = place.cursor.unfinishedUntil !== null;
    const limit = singly ? 1 : settings.journeyBatch;
    const events = await outbox.take(held.lease, JOURNEY_CONSUMER, place.cursor.position, limit);
    if (events === null) return keeper.lost(held), "nothing";
    const last = events.at(-1);
    if (last === undefined || performance.now() - place.retriedAt > RETRY_EVERY_MS) {
      place.retriedAt = performance.now();
      const retried = await retryDue(deps, settings, held);
      if (last === undefined) return retried ? "more" : "nothing";
    }
    const due = events.filter(({ type }) => hasNextSteps(type));
    if (due.length > 0) {
      if (singly && place.cursor.crashes >= CRASHES_MAX) await park(deps, held, due);
      else await work(deps, settings, held, due);
    }
    // Without the lease the effects are another's business; the cursor would refuse anyway.
    if (!held.valid()) return keeper.lost(held), "nothing";
    await advance(held, place, last.position, events.length);
    return events.length === limit ? "more" : "some";
  };
}

async function park({ integration, log }: WorkerDeps, held: Held, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    log.error({ event: event.id, position: event.position }, "parked: the process ended again and again at this event");
    await integration.failedWork.keep(held.lease, JOURNEY_CONSUMER, event.position, "The process ended again and again while it worked on this event.", null);
  }
}

/** The whole batch at once; where that fails, one by one, so that the failure falls on the event it belongs to. */
async function work(deps: WorkerDeps, settings: WorkerSettings, held: Held, events: readonly RecordedEvent[]): Promise<void> {
  const { tenantId } = held.lease;
  try {
    return await takeNextSteps(deps, tenantId, events, held.valid);
  } catch (error) {
    if (deps.integration.isPassing(error)) throw error;
    deps.log.warn({ events: events.length, error: describeError(error) }, "a batch failed; its events are taken one by one");
  }
  for (const event of events) {
    if (!held.valid()) return;
    try {
      await takeNextSteps(deps, tenantId, [event], held.valid);
    } catch (error) {
      if (deps.integration.isPassing(error)) throw error;
      await setAside(deps, settings, held, event, 0, error);
    }
  }
}

async function setAside({ integration, log }: WorkerDeps, settings: WorkerSettings, held: Held, event: RecordedEvent, attemptsBefore: number, error: unknown): Promise<void> {
  const pause = settings.failedWorkPausesMs[attemptsBefore] ?? null;
  const description = describeError(error);
  log.error({ event: event.id, position: event.position, type: event.type, attempt: attemptsBefore + 1, error: description }, pause === null ? "next step failed; parked" : "next step failed; tried again later");
  await integration.failedWork.keep(held.lease, JOURNEY_CONSUMER, event.position, description, pause);
}

async function retryDue(deps: WorkerDeps, settings: WorkerSettings, held: Held): Promise<boolean> {
  const due = await deps.integration.failedWork.due(held.lease, JOURNEY_CONSUMER, RETRIES_PER_TURN);
  for (const failed of due) await retry(deps, settings, held, failed);
  return due.length > 0;
}

async function retry(deps: WorkerDeps, settings: WorkerSettings, held: Held, failed: FailedWork): Promise<void> {
  if (!held.valid()) return;
  try {
    await takeNextSteps(deps, held.lease.tenantId, [failed.event], held.valid);
    await deps.integration.failedWork.settle(held.lease, JOURNEY_CONSUMER, failed.id);
  } catch (error) {
    if (deps.integration.isPassing(error)) throw error;
    await setAside(deps, settings, held, failed.event, failed.attempts, error);
  }
}
