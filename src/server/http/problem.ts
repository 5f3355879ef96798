import { type FieldError, type Outcome, type Refusal, type RefusalCode, REFUSALS } from "../../domain/kernel/index.ts";

/** The HTTP status of every refusal. 422: understood, and not possible as it stands. 409: not possible against what is there. */
export const STATUS_BY_CODE: Readonly<Record<RefusalCode, number>> = {
  INVALID_BODY: 422, INVALID_FIELD: 422, MALFORMED_JSON: 400, UNSUPPORTED_MEDIA_TYPE: 415, BODY_TOO_LARGE: 413,
  NOT_FOUND: 404, METHOD_NOT_ALLOWED: 405, UNAUTHENTICATED: 401, FORBIDDEN: 403, CROSS_SITE_REQUEST: 403, SIGN_IN_REFUSED: 401, TOO_MANY_TRIES: 429, LINK_ENDED: 410, USER_EXISTS: 409, LAST_ADMINISTRATOR: 409,
  TOO_MANY_REQUESTS: 429, UNAVAILABLE: 503, PROVIDER_UNAVAILABLE: 503, OUTCOME_UNKNOWN: 503, INTERNAL: 500,
  IDEMPOTENCY_KEY_REUSED: 409, ORDER_EXISTS: 409,
  UNKNOWN_CHANNEL: 422, UNKNOWN_ITEM: 422, UNKNOWN_NODE: 422, UNKNOWN_PRICE_LIST: 422, UNKNOWN_STRATEGY: 422, UNPRICED: 422, UNKNOWN_UNIT: 422,
  QUANTITY_NOT_POSITIVE: 422, QUANTITY_TOO_FINE: 422, QUANTITY_TOO_LARGE: 422,
  UNKNOWN_CURRENCY: 422, CURRENCY_MISMATCH: 422, EXCHANGE_RATE_MISSING: 422, UNKNOWN_CALENDAR: 422, UNKNOWN_SERVICE: 422, LANES_OVERLAP: 422, ZONE_UNPRICED: 422, TERRITORIES_OVERLAP: 422, DUTY_RATES_OVERLAP: 422, UNKNOWN_TERRITORY: 422, DUTY_RATE_MISSING: 422, FACT_IN_USE: 409, DUPLICATE_VALUE: 422,
  INSUFFICIENT_STOCK: 409, STALE_VERSION: 409, CHANGED_SINCE: 409, HOLD_BLOCKS: 409, HOLD_NOT_OPEN: 409, NOT_IN_STATE: 409, NOT_A_SANDBOX: 409, NOTHING_TO_DO: 409, QUANTITY_NOT_THERE: 409,
  ALREADY_SHIPPED: 409, DISCOUNT_TOO_HIGH: 422, DRAFT_PLACED: 409, CUSTOMER_GONE: 409, NO_CANCEL_REQUESTED: 409, CLAIM_NOT_OPEN: 409, NODE_CANNOT_TAKE: 409, SUPPLY_NOT_OPEN: 409,
  OCCURRED_IN_FUTURE: 422, TARGET_REFUSED: 422,
  CONNECTION_EXISTS: 409, CONNECTION_IN_USE: 409, SWEEP_NOT_POSSIBLE: 409, SIGNATURE_WRONG: 401, KIT_IN_KIT: 422, KIT_HAS_NO_STOCK: 422, MESSAGE_SETTLED: 409, MESSAGE_ERASED: 409,
};

/** Refusals that the same request, repeated later with the same Idempotency-Key, may well overcome. */
const RETRYABLE: ReadonlySet<RefusalCode> = new Set(["TOO_MANY_REQUESTS", "UNAVAILABLE", "OUTCOME_UNKNOWN"]);

/** Seconds a caller should wait before it repeats a retryable request. */
export const RETRY_AFTER_SECONDS = 1;

/** RFC 9457 problem details, with a stable code and every bad field. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: RefusalCode;
  readonly request_id: string;
  readonly retryable: boolean;
  /** Pointers are JSON pointers as URI fragments (RFC 6901 section 6); parameters stand under /path, /query and /headers. */
  readonly errors: readonly FieldError[];
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RequestMark {
  /** The path that was asked for, without its query, which might hold what logs should not. */
  readonly instance: string;
  readonly requestId: string;
}

export function problemOf(refusal: Refusal, { instance, requestId }: RequestMark): Problem {
  const { code, detail, errors = [], data } = refusal;
  return {
    type: `/docs/errors#${code}`, title: REFUSALS[code].title, status: STATUS_BY_CODE[code], detail, instance, code, request_id: requestId,
    retryable: RETRYABLE.has(code), errors: errors.map((error) => ({ ...error, pointer: fragment(error.pointer) })), ...(data ? { data } : {}),
  };
}

const fragment = (pointer: string): string => (pointer.startsWith("#") ? pointer : `#${encodeURI(pointer).replaceAll("#", "%23")}`);

/** A step of a JSON pointer (RFC 6901 section 3). */
const step = (key: PropertyKey): string => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
export const pointerOf = (path: readonly PropertyKey[]): string => path.map(step).join("");

/** An expected "no" on its way to the caller, from places that cannot return it. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

export function refused(code: RefusalCode, detail: string, errors?: readonly FieldError[]): Refused {
  return new Refused(errors ? { code, detail, errors } : { code, detail });
}

/** What a flow decided, or its refusal thrown. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Refused(outcome.refusal);
  return outcome.value;
}
