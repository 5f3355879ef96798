// Go anywhere and do anything from one field. Loaded when it is first asked for.
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { Autocomplete, useFilter } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Header } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Collection, type Key, Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import { readOrders } from '../api.ts';
import { EVERYTHING, isSearchable, listUrl, orderIdIn } from '../orders/query.ts';
import { orderUrl } from '../orders/urls.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { SETTINGS } from '../settings/catalogue.ts';
import { n } from '../settings/setting-words.ts';
import { settingsUrl } from '../settings/url.ts';
import { answering, keyWords, printed } from './keys.ts';
import { type Offer, offered } from './offers.ts';
import { type Place, PLACES, placeTitle } from './places.ts';
import { useMay } from './session.ts';
import { DENSITIES, prefer, preferences, THEMES } from './preferences.ts';
import { t } from './words.ts';

interface Command {
  readonly id: string;
  readonly title: string;
  readonly keys?: readonly string[];
  /** Why it cannot be done now. */
  readonly refused?: Refusal | undefined;
  readonly run: () => void;
}

interface Group {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly Command[];
}

export default function Palette({ close }: { readonly close: () => void }): ReactElement {
  const { history } = useRouter();
  const { contains } = useFilter({ sensitivity: 'base' });
  const may = useMay();
  const [text, setText] = useState('');
  const typed = text.trim();
  const found: Command[] = typed === '' ? [] : orderIdIn(typed) !== null
    ? [{ id: 'open', title: t('paletteOpen', { text: typed }), run: () => history.push(orderUrl(orderIdIn(typed) ?? '')) }]
    : [{ id: 'find', title: t('paletteFind', { text: typed }), run: () => void whereIs(typed).then((url) => history.push(url)) }];
  const anywhere = [...everywhere(PLACES.filter(({ scope }) => may(scope)), (path) => history.push(path)), ...(typed === '' || !may('catalogue:read') ? [] : settings((path) => history.push(path)))];
  const matching = (commands: readonly Command[]): Command[] => commands.filter(({ title }) => contains(title, typed));
  const [onIt] = useState(onThis);
  const groups: Group[] = [...(onIt === null ? [] : [{ ...onIt, commands: matching(onIt.commands) }]), { id: 'everywhere', title: keyWords('everywhere'), commands: [...matching(anywhere), ...found] }].filter(({ commands }) => commands.length > 0);
  const choose = (id: Key): void => {
    const chosen = groups.flatMap(({ commands }) => commands).find((one) => one.id === id);
    if (chosen === undefined || chosen.refused) return;
    close();
    // A sheet opens, and a field takes the focus, once the palette has given it back.
    setTimeout(chosen.run);
  };
  return (
    <ModalOverlay className="palette-ground" isOpen isDismissable onOpenChange={(open) => void (open || close())}>
      <Modal className="palette">
        <Dialog aria-label={t('palette')}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField aria-label={t('palette')} autoFocus><Input placeholder={t('paletteHint')} /></SearchField>
            <Menu items={groups} aria-label={t('palette')} renderEmptyState={() => <p className="muted">{t('paletteNone')}</p>} onAction={choose}>
              {({ id, title, commands }) => <MenuSection id={id}><Header className={onIt === null ? 'visually-hidden' : undefined}>{title}</Header><Collection items={commands}>{Item}</Collection></MenuSection>}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const Item = ({ id, title, keys, refused }: Command): ReactElement => (
  <MenuItem id={id} textValue={title} className={refused ? 'refused' : ''}><span>{title}{refused ? <small><Told of={{ code: refused.code, detail: refused.detail }} /></small> : null}</span>{keys?.map((key) => <kbd key={key}>{key}</kbd>)}</MenuItem>
);

const command = ({ key, ...offer }: Offer): Command => ({ ...offer, ...(key === undefined ? {} : { keys: printed(key) }) });

/** What can be done to what the screen is about: what it offers, and what only has a key. Null where that is nothing. */
function onThis(): Group | null {
  const screen = offered();
  if (screen === null) return null;
  const named = new Set(screen.offers.map(({ key }) => key));
  return {
    id: 'this', title: screen.to,
    commands: [
      ...screen.offers.filter(({ refused }) => !refused).map(command),
      ...answering('order').filter(({ key }) => !named.has(key)).map(({ key, run }) => ({ id: `key-${key}`, title: keyWords(key), keys: printed(key), run })),
      ...screen.offers.filter(({ refused }) => refused).map(command),
    ],
  };
}

/** The one order that is called exactly so, by its number or its channel's; else the list of what is found. */
async function whereIs(text: string): Promise<string> {
  const name = text.replace(/^#/, '');
  const found = isSearchable(name) ? await readOrders({ q: name, limit: 2 }) : null;
  const [order, another] = found?.ok === true ? found.value.rows.filter(({ number, external_id: external }) => String(number) === name || external === name) : [];
  return order !== undefined && another === undefined ? orderUrl(order.id) : listUrl({ ...EVERYTHING, search: text });
}

/** Each single setting, on its own page of one. */
const settings = (go: (path: string) => void): Command[] => SETTINGS.map(({ id }) => ({ id: `setting-${id}`, title: t('setting', { name: n(id) }), run: () => go(settingsUrl({ q: id })) }));

function everywhere(places: readonly Place[], go: (path: string) => void): Command[] {
  return [
    ...places.map((place) => ({ id: place.path, title: placeTitle(place), keys: printed(place.key), run: () => go(place.path) })),
    ...DENSITIES.filter((density) => density !== preferences().density).map((density) => ({ id: `density-${density}`, title: `${t('density')}: ${t(`density.${density}`)}`, run: () => prefer({ density }) })),
    ...THEMES.filter((theme) => theme !== preferences().theme).map((theme) => ({ id: `theme-${theme}`, title: `${t('theme')}: ${t(`theme.${theme}`)}`, run: () => prefer({ theme }) })),
  ];
}
