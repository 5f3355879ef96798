// "Why here": the sentence first, then the table behind it. It shows the stored decision and recomputes nothing.
import { Fragment, lazy, type ReactElement, type ReactNode, Suspense } from 'react';
import type { Event, Order, RoutingDecision } from '../api.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { kilometres, micros, quantity } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { whyUrl } from '../orders/urls.ts';
import { Reason } from '../reasons/reason.tsx';
import { langOfHold } from '../refusals/told.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { CandidateTable } from './candidates.tsx';
import { type Decision, readDecision, scaleIn } from './decision.ts';
import { Fact } from './facts-list.tsx';
import { reasonOf, ruleWord, termWord } from './reason.ts';
import { actorOf } from './story.ts';
import { triggerWords, verdictLook } from './verdicts.ts';
import { WhatIfPanel } from './what-if.tsx';
import { t } from './words.ts';

const PlacesMap = lazy(() => import('./map.tsx'));

export interface Context {
  readonly order: Order;
  readonly facts: Facts;
  readonly events: readonly Event[];
}

export function WhyPanel({ stored, ...context }: Context & { readonly stored: readonly RoutingDecision[] }): ReactElement {
  const [latest, ...earlier] = stored.map(readDecision).toSorted((a, b) => b.no - a.no);
  const title = <h2 id="why-title" className="eyebrow">{t('why')}</h2>;
  if (!latest) return <section className="card why" aria-labelledby="why-title">{title}<p className="sentence"><NotRouted order={context.order} /></p></section>;
  return (
    <section className="card why" aria-labelledby="why-title">
      <div className="why-head">{title}<CopyButtons decision={latest} share {...context} /></div>
      <Whole decision={latest} {...context} /><Where decision={latest} {...context} /><WhatIfPanel decision={latest} order={context.order} facts={context.facts} />
      {earlier.length === 0 ? null : <section className="earlier"><h3>{t('earlier', { count: earlier.length })}</h3>{earlier.map((one) => <Folded key={one.no} decision={one} {...context} />)}</section>}
    </section>
  );
}

export function NotRouted({ order: { holds, lines } }: { readonly order: Order }): ReactElement {
  const open = holds.filter((hold) => hold.released_at === null && (hold.kind === 'ITEM' || hold.kind === 'ADDRESS'));
  if (open.length > 0) return <>{t('notLookedWhy')} {open.map((hold) => <Fragment key={hold.hold_no}><Reason of={hold.reason} lang={langOfHold(hold.kind)} /> </Fragment>)}</>;
  return <>{t(lines.some((line) => (line.buckets['pending'] ?? 0) > 0) ? 'notLooked' : 'outside')}</>;
}

export type Props = Context & { readonly decision: Decision };

function Whole({ decision, ...context }: Props): ReactElement {
  const { facts, order } = context;
  return (
    <>
      <Sentence decision={decision} facts={facts} />
      <p className="decided muted">{t('decided', { trigger: triggerWords(decision.trigger) })}, <Time iso={decision.decidedAt} as="relative" /> · <Time iso={decision.decidedAt} as="full" />{by(decision, context)}</p>
      <RulesOf decision={decision} /><Ways decision={decision} facts={facts} /><Costs decision={decision} currency={order.currency} facts={facts} />
      <CandidateTable decision={decision} order={order} facts={facts} />
    </>
  );
}

/** The map beside the table; without coordinates of two places there is nothing to see. */
export function Where({ decision, order, facts }: Props): ReactElement | null {
  const spots = decision.candidates.flatMap(({ node, verdict }) => {
    const place = facts.nodes.rows.find(({ code }) => code === node);
    return place?.coordinates ? [{ code: node, name: place.name, verdict, ...place.coordinates }] : [];
  });
  return spots.length < 2 ? null : <Suspense fallback={<div className="places-map" />}><PlacesMap spots={spots} to={destinationOf(order)} /></Suspense>;
}

/** Where it goes is personal, and absent for whoever may not see persons. */
function destinationOf({ contact }: Order): { readonly latitude: number; readonly longitude: number } | null {
  const at = field(field(contact, 'ship_to'), 'coordinates');
  const [latitude, longitude] = [field(at, 'latitude'), field(at, 'longitude')];
  return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null;
}

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined);

/** The names of the chosen nodes stand out in the sentence, which in English is otherwise exactly as it was stored. */
export function Sentence({ decision: { reasoned, chosen }, facts }: Pick<Props, 'decision' | 'facts'>): ReactElement {
  const { text, lang } = reasonOf(reasoned, facts);
  let parts: ReactNode[] = [text];
  for (const name of new Set(chosen.map((code) => facts.nodeName(code)))) {
    parts = parts.flatMap((part) => (typeof part !== 'string' || name === '' ? [part] : part.split(name).flatMap((one, at) => (at === 0 ? [one] : [<strong>{name}</strong>, one]))));
  }
  return <p className="sentence" lang={lang}>{parts.map((part, at) => <Fragment key={at}>{part}</Fragment>)}</p>;
}

export function by({ no, trigger }: Decision, { events, facts }: Context): string {
  const event = trigger === 'MANUAL' ? events.find((one) => one.type === 'OrderRouted' && one.data['decision_no'] === no) : undefined;
  return event ? ` · ${t('by', { actor: actorOf(event, facts) })}` : '';
}

/** By which rules it was decided, which of them were given up, and which could not be asked. */
export function RulesOf({ decision: { rules, relaxed, notes } }: Pick<Props, 'decision'>): ReactElement {
  const version = rules === null || rules.version === null ? '' : `, ${t('version', { version: rules.version })}`;
  const group = rules === null || rules.group === null ? '' : `, ${t('group', { group: rules.group })}`;
  return (
    <>
      {rules === null ? null : <p className="decided rules">{t('byStrategy')} <strong>{rules.strategy}</strong>{version}{group}</p>}
      {relaxed.length === 0 ? null : <p className="decided">{t('givenUp', { rules: [...new Set(relaxed)].map(ruleWord).join(', ') })}</p>}
      {notes.length === 0 ? null : <ul className="decided notes" aria-label={t('notAsked')}>{notes.map((note) => <li key={note} lang="en">{note}</li>)}</ul>}
    </>
  );
}

/** How each node sends its part, and when that is there. */
export function Ways({ decision: { ways }, facts }: Pick<Props, 'decision' | 'facts'>): ReactElement | null {
  if (ways.length === 0) return null;
  const day = (what: 'leaves' | 'there', date: string | null): ReactNode => (date === null ? null : <>, <time dateTime={date}>{t(what, { day: calendarDay(date) })}</time></>);
  return (
    <dl className="terms ways" aria-label={t('ways')}>{ways.map(({ node, carrier, service, leaves, arrives, daysLate }) => (
      <Fact key={node} what={facts.nodeName(node)}>{carrier}{service === null ? '' : ` ${service}`}{day('leaves', leaves)}{day('there', arrives)}{daysLate === 0 ? '' : `, ${t('late', { count: daysLate })}`}</Fact>))}
    </dl>
  );
}

export function Costs({ decision, currency, facts }: Pick<Props, 'decision' | 'facts'> & { readonly currency: string }): ReactElement | null {
  const { rules, otherTerms, distanceCost, splitCost, splitCostEach, totalCost, method, runnerUp, chosen } = decision;
  // A plan that places nothing costs nothing, which would say the opposite of what it means.
  if (chosen.length === 0) return null;
  const terms: [string, string][] = [];
  // Strategies say which costs count: the others are not worth a word.
  const counts = (amount: number | null): amount is number => amount !== null && (rules === null || amount !== 0);
  for (const [term, amount] of otherTerms) terms.push([termWord(term), micros(amount, currency)]);
  if (counts(distanceCost)) terms.push([t('distance'), micros(distanceCost, currency)]);
  if (counts(splitCost)) terms.push([splitTerm(chosen.length, splitCostEach, currency), micros(splitCost, currency)]);
  if (totalCost !== null) terms.push([t('costInAll'), micros(totalCost, currency)]);
  if (runnerUp && totalCost !== null) terms.push([t('nextBest', { node: facts.nodeName(runnerUp.node) }), `+${micros(Math.max(0, runnerUp.cost - totalCost), currency)}`]);
  if (method !== null) terms.push([t('method'), t.maybe(`method.${method}`) ?? method]);
  return terms.length === 0 ? null : <dl className="terms">{terms.map(([what, amount]) => <Fact key={what} what={what}>{amount}</Fact>)}</dl>;
}

const splitTerm = (parcels: number, each: number | null, currency: string): string =>
  parcels < 2 ? t('noSplit') : each === null ? t('split') : t('splitOf', { parcels: parcels - 1, each: micros(each, currency) });

/** The reason of a decision that is one of several. */
export function Fold({ decision, facts }: Pick<Props, 'decision' | 'facts'>): ReactElement {
  const { text, lang } = reasonOf(decision.reasoned, facts);
  return <span className="fold-text" lang={lang}>{text}</span>;
}

const Folded = ({ decision, ...context }: Props): ReactElement => (
  <details className="fold">
    <summary><span className="fold-mark" /><Fold decision={decision} facts={context.facts} /><Time iso={decision.decidedAt} as="relative" /></summary>
    <div className="fold-body"><Whole decision={decision} {...context} /></div>
  </details>
);

export function CopyButtons({ decision, order, facts, share = false }: Props & { /** Whether the way to the own page belongs here. */ readonly share?: boolean }): ReactElement {
  const told = (done: boolean): void => announce(t(done ? 'copied' : 'cannotCopy'));
  return (
    <div className="actions">
      {share ? <Link className="button quiet" href={whyUrl(order.id)} title={`${t('share')} (W)`} id="to-why">{t('ownPage')}</Link> : null}
      <CopyButton text={() => reasonOf(decision.reasoned, facts).text} label={t('copyReason')} failed={t('notPossible')} id="copy-reason" title={t('theSentence')} told={told} />
      <CopyButton text={() => asText(decision, order, facts)} label={t('withCandidates')} failed={t('notPossible')} title={t('withTable')} told={told} />
    </div>
  );
}

export function asText(decision: Decision, order: Pick<Order, 'number' | 'external_id' | 'currency' | 'lines'>, facts: Facts): string {
  const rows = decision.candidates.map(({ node, verdict, km, costMicros, terms, stock, arrives, taken }) => {
    const made = Object.entries(terms).map(([term, amount]) => `${termWord(term)} ${micros(amount, order.currency)}`);
    const more = [
      made.length < 2 ? '' : made.join(' + '), stock.length === 0 ? '' : `${t('stockThen')} ${stock.map(({ line, units }) => quantity(units, scaleIn(order.lines, line))).join(' · ')}`, arrives === null ? '' : t('there', { day: calendarDay(arrives) }),
      taken === null ? '' : `${t('dayTaken')} ${taken} %`,
    ].filter((part) => part !== '').join('; ');
    return [
      verdict === 'CHOSEN' ? '*' : '-', facts.nodeName(node), `(${verdictLook(verdict).word.toLowerCase()})`, km === null ? '' : kilometres(km), costMicros === null ? '' : micros(costMicros, order.currency), more === '' ? '' : `(${more})`,
    ].filter((part) => part !== '').join(' ');
  });
  return [t('order', { number: String(order.number), external: order.external_id }), reasonOf(decision.reasoned, facts).text, ...rows].join('\n');
}
