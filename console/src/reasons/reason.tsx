// Why something is held, an exception or done by itself, in the reader's language. What people wrote is as they wrote it.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { language } from '../i18n/words.ts';
import type { Piece } from './german.ts';

/** The same where only text may stand, which cannot say in which language it is. */
export function useReasonText(): (reason: string) => string {
  const say = useReasons();
  return (reason) => say(reason, undefined).map(({ text }) => text).join('');
}

/** Says a reason in pieces; `lang` is that of words that are not the program's own. German comes when it is first wanted. */
function useReasons(): (reason: string, lang: 'en' | undefined) => readonly Piece[] {
  const german = useQuery({ queryKey: ['reasons', 'de'], queryFn: () => import('./german.ts'), enabled: language() === 'de', staleTime: Infinity, gcTime: Infinity });
  return (text, lang) => german.data?.inGerman(text) ?? [lang === undefined || language() === 'en' ? { text } : { text, lang }];
}

/** `lang` is undefined where a person may have written it. */
export function Reason({ of, lang }: { readonly of: string; readonly lang: 'en' | undefined }): ReactElement {
  const say = useReasons();
  return <>{say(of, lang).map((piece, at) => <span key={at} lang={piece.lang}>{piece.text}</span>)}</>;
}
