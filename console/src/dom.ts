// Everything on the screen is made here, from text: nothing that came over the wire is ever read as markup.

export type Child = Node | string | number | null | undefined | false;
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Attributes that are null, undefined or false are left out; true stands for an empty value. */
export function h<T extends keyof HTMLElementTagNameMap>(tag: T, attributes: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  dress(element, attributes);
  put(element, ...children);
  return element;
}

export function svg<T extends keyof SVGElementTagNameMap>(tag: T, attributes: Attributes, ...children: readonly Node[]): SVGElementTagNameMap[T] {
  const element = document.createElementNS(SVG, tag);
  dress(element, attributes);
  element.append(...children);
  return element;
}

function dress(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

const isShown = (child: Child): child is Node | string | number => child !== null && child !== undefined && child !== false;

/** Replaces what an element holds. */
export function put(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter(isShown).map((child) => (typeof child === 'number' ? String(child) : child)));
}

/** An element that listens; the content policy forbids handlers in markup, so they are all added here. */
export function on<E extends HTMLElement, K extends keyof HTMLElementEventMap>(element: E, type: K, listener: (event: HTMLElementEventMap[K]) => void): E {
  element.addEventListener(type, listener);
  return element;
}

export const button = (label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  on(h('button', { type: 'button', class: 'button', ...attributes }, label), 'click', act);

/** Text that only screen readers meet. */
export const hidden = (text: string): HTMLSpanElement => h('span', { class: 'visually-hidden' }, text);

/** Children with a separator between them. */
export function joined(parts: readonly (Node | string)[], separator: string): (Node | string)[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}
