// The reason of a routing decision: English is exactly what the server stores, German is said from the facts beside it, and neither is ever half of each.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { speak } from '../../console/src/i18n/words.ts';
import { reasonOf } from '../../console/src/order/reason.ts';
import { v } from '../../console/src/order/verdict-words.ts';
import { BEST, BETTER, germanReason, RULES, TERMS, WHY } from '../../console/src/order/reason-german.ts';
import { t as strategyWords } from '../../console/src/strategies/words.ts';
import { boundedDetail, COST_TERMS, CRITERIA, decideRouting, type RoutingRequest, spokenDecision } from '../../src/domain/routing/index.ts';
import { aRequest, at, cardOf, rulesWith, serviceOf, travelBy } from '../../src/domain/routing/routing.testing.ts';
import { type Said, sentenceOf, WHY as WHY_ENGLISH } from '../../src/domain/routing/sentence.ts';
import { anItem } from '../../src/domain/shop.testing.ts';

beforeAll(() => void vi.stubGlobal('document', { documentElement: {} }));
afterAll(() => {
  speak('en');
  vi.unstubAllGlobals();
});

const facts = { nodeName: (code: string): string => code.toUpperCase() };
const [A, B] = [anItem('A', { weightGrams: 1000 }), anItem('B', { weightGrams: 1000 })];
const [NEAR, FAR, FURTHER] = [at('near', 1), at('far', 3), at('further', 60)];
const both = { near: 'A 9, B 9', far: 'A 9, B 9' };
const sent = { rules: [rulesWith({ objective: { weights: { label: 1000 } } })], travel: travelBy([serviceOf('slow', 2)], [cardOf('slow', { 1: [[5_000, 4]] })]) };

const DECISIONS: readonly (readonly [what: string, request: RoutingRequest, german: string])[] = [
  ['the nearest of several', aRequest([[A, 1]], [NEAR, FAR], both), 'Versand ab NEAR: 2 Standorte haben die Position, und von hier kostet der Versand am wenigsten (111 km; danach käme FAR, 334 km).'],
  ['the only one', aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: 'A 1', far: 'A 1, B 1' }), 'Versand ab FAR (334 km): der einzige mögliche Standort, der alle 2 Positionen hat.'],
  ['named by the order', aRequest([[A, 1, { preselected: 'far' }]], [NEAR, FAR], both), 'Versand ab FAR: Dieser Standort ist für den Auftrag bestimmt.'],
  ['the best by a criterion', aRequest([[A, 1]], [NEAR, FAR], both, { rules: [rulesWith({ ranks: ['distance'] })] }), 'Versand ab NEAR: 2 Standorte haben die Position, und dieser ist am nächsten (111 km; danach käme FAR, 334 km).'],
  ['without coordinates', aRequest([[A, 1]], [NEAR, FAR], both, { destination: null }), 'Versand ab FAR: 2 Standorte haben die Position; weil die Adresse keine Koordinaten hat, gilt der mit dem besten Rang.'],
  ['divided', aRequest([[A, 1], [B, 1]], [NEAR, FAR], { near: 'A 1', far: 'B 1' }), 'Aufgeteilt auf NEAR (Position 1) und FAR (Position 2): Kein Standort hat allein alles; das kostet 8,90 für die Entfernung und 5,00 für weitere Pakete.'],
  ['divided though one has everything', aRequest([[A, 1], [B, 1]], [NEAR, FAR, FURTHER], { near: 'A 1', far: 'B 1', further: 'A 1, B 1' }), 'Aufgeteilt auf NEAR (Position 1) und FAR (Position 2): FURTHER hat alles, wäre aber teurer; das kostet 8,90 für die Entfernung und 5,00 für weitere Pakete.'],
  ['a part of it', aRequest([[A, 3]], [NEAR], { near: 'A 2' }), 'Versand ab NEAR, soweit dort vorhanden. Position 1 lässt sich nicht zuteilen: Kein Standort hat genug.'],
  ['nothing of it', aRequest([[A, 1], [B, 1]], [NEAR], {}), 'Kein Standort kann das versenden. Positionen 1 und 2 lassen sich nicht zuteilen: Kein Standort hat genug.'],
  ['nothing, for a rule', aRequest([[A, 1]], [at('off', 2, { status: 'offline' })], { off: 'A 5' }), 'Kein Standort kann das versenden. Position 1 lässt sich nicht zuteilen: Kein möglicher Standort hat genug (OFF zum Beispiel ist außer Betrieb).'],
  ['nothing, for earlier orders', aRequest([[A, 1]], [NEAR], {}, { pending: [{ itemId: A.id, pending: 4, waiting: 0, soft: 0 }] }), 'Kein Standort kann das versenden. Position 1 lässt sich nicht zuteilen: Was übrig ist, ist früheren Aufträgen zugesagt.'],
  ['by a soft rule given up', aRequest([[A, 1]], [NEAR], { near: 'A 5' }, { rules: [rulesWith({ filters: [{ kind: 'maximum_distance', km: 50, tier: 1 }] })] }), 'Versand ab NEAR (111 km): der einzige mögliche Standort, der die Position hat. Damit es zugeteilt werden konnte, wurde eine weiche Regel aufgegeben: höchste Entfernung.'],
  ['past a node without room', aRequest([[A, 1]], [NEAR, FAR], both, { load: { hasRoom: ({ code }) => code !== 'near', startsOn: () => null, utilisation: () => 0, taken: () => null } }), 'Versand ab FAR (334 km): der einzige mögliche Standort, der die Position hat. Näher wäre NEAR (111 km), doch dieser Standort hat in den nächsten Tagen keine Kapazität dafür.'],
  ['by a priced service', aRequest([[A, 1]], [NEAR, FAR], both, sent), 'Versand ab NEAR: 2 Standorte haben die Position, und dieser kostet am wenigsten (4,00; danach käme FAR, 4,00). Mit slow, Abgang Mo., 2. März, dort bis Mi., 4. März.'],
];

describe.each(DECISIONS)('%s', (_, request, german) => {
  const plan = decideRouting(request);
  const told = { ...spokenDecision(JSON.parse(boundedDetail(plan.detail))), reason: plan.reason, chosen: [], trigger: 'CAPTURE' };

  test('in English as it is stored, in German from its facts', () => {
    speak('en');
    expect(reasonOf(told, facts)).toEqual({ text: plan.reason, lang: undefined });
    speak('de');
    expect(reasonOf(told, facts)).toEqual({ text: german, lang: undefined });
  });
});

const FURTHER_SENTENCES: readonly (readonly [said: Said, english: string, german: string])[] = [
  [{ code: 'duty', paid_micros: 60_000_000, left_micros: 0 }, 'Duty of 60.00 is paid.', 'Zoll von 60,00 wird bezahlt.'],
  [{ code: 'duty', paid_micros: 0, left_micros: 7_500_000 }, 'The customer pays duty of 7.50.', 'Der Kunde zahlt 7,50 Zoll.'],
  [{ code: 'sent_to', to: 'store' }, 'It goes to STORE, where it is collected.', 'Es geht an STORE und wird dort abgeholt.'],
  [{ code: 'travels', service: 'DHL Paket', ship_date: '2026-03-02', arrival_date: '2026-03-04', days_late: 1, parts: true, to: null }, 'By DHL Paket, leaving on 2026-03-02, the last part there by 2026-03-04, 1 day late.', 'Mit DHL Paket, Abgang Mo., 2. März, der letzte Teil dort bis Mi., 4. März, einen Tag zu spät.'],
  [{ code: 'travels', service: 'DHL Paket', ship_date: '2026-03-02', arrival_date: '2026-03-04', days_late: 0, parts: false, to: 'store' }, 'By DHL Paket, leaving on 2026-03-02, to STORE, where it can be collected from 2026-03-04.', 'Mit DHL Paket, Abgang Mo., 2. März, an STORE, wo es ab Mi., 4. März abgeholt werden kann.'],
  [{ code: 'waits', lines: [1, 2, 3, 4, 5, 6], count: 8, because: 'barred', node: 'zurich', verdict: 'EXPORT', why: 'Embargo' }, "Lines 1, 2, 3, 4, 5, 6 and 2 more cannot be placed: ZURICH has it but may not send it to the destination's country (Embargo).", 'Positionen 1, 2, 3, 4, 5, 6 und 2 weitere lassen sich nicht zuteilen: ZURICH hat es, darf es aber nicht in das Land des Empfängers senden.'],
  [{ code: 'split', over: [{ node: 'a', lines: [1], count: 1 }, { node: 'b', lines: [1, 2], count: 2 }], others: 2, because: 'pieces', whole: null, sending_micros: 9_000_000, distance_micros: 0, split_micros: 0 }, 'Split over A (line 1) and B (lines 1, 2) and 2 more nodes: no single node has enough of every line; this costs 9.00 to send and 0.00 for extra parcels.', 'Aufgeteilt auf A (Position 1), B (Positionen 1 und 2) und 2 weitere Standorte: Kein Standort hat allein von jeder Position genug; das kostet 9,00 für den Versand und 0,00 für weitere Pakete.'],
];
test.each(FURTHER_SENTENCES)('%o', (said, english, german) => {
  speak('de');
  expect(sentenceOf(said, facts.nodeName)).toBe(english);
  expect(germanReason({ said: [{ ...said }], trigger: null, changed: null, chosen: [] }, facts.nodeName)).toBe(german);
});

test('what changed a plan that stood comes first', () => {
  speak('de');
  const said = [{ code: 'partly', node: 'near' }];
  const alone = { was: ['far'], cost_before_micros: 10_000_000, saving_micros: 3_000_000, better_by: 'splits' };
  expect(germanReason({ said, trigger: 'AT_RISK', changed: null, chosen: ['near'] }, facts.nodeName)).toBe('Um den Termin zu halten: Versand ab NEAR, soweit dort vorhanden.');
  expect(germanReason({ said, trigger: 'RE_EVALUATED', changed: alone, chosen: ['near'] }, facts.nodeName)).toBe('Ab NEAR statt ab FAR: spart 3,00 von 10,00, in weniger Sendungen. Versand ab NEAR, soweit dort vorhanden.');
  expect(germanReason({ said, trigger: 'RE_EVALUATED', changed: { ...alone, saving_micros: -1_000_000, with_order: 'ord_1', saving_together_micros: 2_000_000 }, chosen: ['near'] }, facts.nodeName))
    .toBe('Ab NEAR statt ab FAR, im Tausch mit einem anderen Auftrag, was zusammen 2,00 spart: selbst kostet es 1,00 mehr. Versand ab NEAR, soweit dort vorhanden.');
});

test.each([
  ['stored before there were facts', []], ['a sentence that is not known', [{ code: 'nowhere' }, { code: 'tomorrow' }]], ['a fact that is missing', [{ code: 'only', node: 'near' }]], ['a verdict that is not known', [{ code: 'nearer', node: 'near', km: 1, verdict: 'NEW' }]],
])('%s: the whole reason stays English, and is marked so', (_, said) => {
  speak('de');
  expect(reasonOf({ reason: 'Because.', said, chosen: [] }, facts)).toEqual({ text: 'Because.', lang: 'en' });
});

test('every verdict, criterion, term and kind of rule has its German words', () => {
  const keys = (table: object): string[] => Object.keys(table).toSorted();
  expect(keys(WHY)).toEqual(keys(WHY_ENGLISH));
  for (const one of [v.texts.en, v.texts.de]) expect(Object.keys(WHY).filter((verdict) => !(`verdict.${verdict}` in one))).toEqual([]);
  expect(keys(BEST)).toEqual(CRITERIA.toSorted());
  expect(keys(BETTER)).toEqual(CRITERIA.toSorted());
  expect(keys(TERMS)).toEqual(COST_TERMS.toSorted());
  expect(keys(RULES)).toEqual(Object.keys(strategyWords.texts.en).flatMap((key) => (key.startsWith('filter.') ? [key.slice(7)] : [])).toSorted());
});
