import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, type RefObject, useEffect, useRef } from 'react';
import { find, goDown, searched } from './finding.ts';
import { t } from './words.ts';

/** Somebody who types on is not interrupted by what came before. */
const TYPING_MS = 200;

export function SearchField({ field }: { readonly field: RefObject<HTMLInputElement | null> }): ReactElement {
  const router = useRouter();
  const { pathname, searchStr } = useLocation();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = searched({ pathname, search: searchStr });
  useEffect(() => {
    const input = field.current;
    // Whoever types keeps what they typed, to the last space.
    if (input && input.value.trim() !== shown) input.value = shown;
  }, [field, shown]);
  const text = (): string => field.current?.value.trim() ?? '';
  const later = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => find(router, text(), false), TYPING_MS);
  };
  return (
    <form className="search" role="search" aria-label={t('searchLabel')} onSubmit={(event) => {
      event.preventDefault();
      clearTimeout(timer.current);
      find(router, text(), true);
    }}>
      <label htmlFor="search" className="visually-hidden">{t('searchLabel')}</label>
      <input ref={field} type="search" id="search" name="q" placeholder={t('search')} autoComplete="off" spellCheck={false} enterKeyHint="search" maxLength={200} defaultValue={shown}
        onChange={(event) => {
          clearTimeout(timer.current);
          // A word that is still being composed is not what somebody looks for.
          if (!('isComposing' in event.nativeEvent && event.nativeEvent.isComposing === true)) later();
        }}
        onCompositionEnd={later}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          goDown();
        }} />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
