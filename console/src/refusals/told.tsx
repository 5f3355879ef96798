// What the server refused, in the reader's language. English comes with the answer; German says what it is and what to do, then the answer as it came, for it has the values.
import { lazy, type ReactElement, Suspense } from 'react';
import { isPerson } from '../actors.ts';
import { language } from '../i18n/words.ts';

export interface Refusal {
  /** Null where the words are those of the console itself, and so in the reader's language. */
  readonly code?: string | null | undefined;
  readonly title?: string | undefined;
  readonly detail: string;
  readonly fix?: string | undefined;
  /** Of one fault: the field, as a JSON pointer into what was sent. */
  readonly pointer?: string;
  /** Of a whole refusal: the fields that it is about; where there is one, it is named first. */
  readonly faults?: readonly { readonly pointer: string }[];
}

/** all: everything. title: what it is. rest: what to do, under a title. fault: beside the field that it is about. listed: the same in a list, so with the name of the field. grouped: of many at once, so without values. */
export type Part = 'all' | 'grouped' | 'title' | 'rest' | 'fault' | 'listed';

export interface ToldProps {
  readonly of: Refusal;
  readonly as?: Part;
}

/** Whose words a text is: what the program says of itself is English, a person writes in any language. */
export const langOf = (actor: string): 'en' | undefined => (isPerson(actor) ? undefined : 'en');

/** Holds that people place, with a reason in their own words; those of all other kinds come from the program or another one. */
export const langOfHold = (kind: string): 'en' | undefined => (kind === 'MANUAL' || kind === 'CUSTOMER' ? undefined : 'en');

/** Text that the server writes in English only. */
export const English = ({ children }: { readonly children: string }): ReactElement => <span lang="en">{children}</span>;

const Own = ({ of: { title, detail, fix, pointer }, as }: ToldProps): ReactElement =>
  <>{as === 'listed' ? <><code>{pointer}</code> </> : null}{as === 'title' ? title : detail}{fix === undefined ? null : <> <span className="muted">{fix}</span></>}</>;
const AsItCame = (props: ToldProps): ReactElement => <span lang="en"><Own {...props} /></span>;

/** Where the German words do not come, there are still the English ones. */
const German = lazy(() => import('./in-german.tsx').catch(() => ({ default: AsItCame })));

/** Stands within a paragraph or a heading. */
export function Told({ of, as = 'all' }: ToldProps): ReactElement {
  if (language() === 'en' || of.code === null) return <Own of={of} as={as} />;
  return <Suspense fallback={null}><German of={of} as={as} /></Suspense>;
}

/** The same to be read out, in one language: what is read out of a sudden cannot say in which it is. */
export async function spokenRefusal({ code, detail }: Refusal): Promise<string> {
  if (language() === 'en' || code === null || code === undefined) return detail;
  const said = await import('./german.ts').then(({ REFUSED }) => REFUSED[code], () => undefined);
  return said === undefined ? detail : `${said[0]}. ${said[1]}`;
}
