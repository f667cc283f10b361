// Creates elements from names, attributes and children; text is never parsed as markup.

/**
 * An element. Attributes that are undefined, null or false are left out; `on` holds listeners by event name;
 * `style` is set property by property, as the page's content security policy requires.
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** Replaces the content of an element; undefined, null and false are left out. */
export function put(parent, ...children) {
  parent.replaceChildren(...children.flat(9).filter(isSomething));
  return parent;
}

function fill(element, { on = {}, style = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (isSomething(value)) element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
  element.append(...children.flat(9).filter(isSomething));
  return element;
}

function isSomething(value) {
  return value !== undefined && value !== null && value !== false;
}

/**
 * Makes the children of `parent` those of `items`, in order. A child is kept while its version is the same, so that
 * focus, scroll and what was typed stay; when the focused one is drawn anew, focus goes to the same control in it.
 */
export function sync(parent, items, { key, version, draw }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const next = items.map((item) => {
    const name = key(item);
    const now = JSON.stringify(version(item));
    const known = old.get(name);
    if (known?.dataset.version === now) return known;
    const fresh = draw(item);
    Object.assign(fresh.dataset, { key: name, version: now });
    return fresh;
  });
  const focus = focusIn(parent);
  for (const child of [...parent.children]) if (!next.includes(child)) child.remove();
  for (const [index, child] of next.entries()) {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  }
  if (focus !== undefined && !parent.contains(document.activeElement)) restoreFocus(parent, focus);
}

function focusIn(parent) {
  const focused = document.activeElement;
  if (focused === null || focused === parent || !parent.contains(focused)) return undefined;
  return { child: focused.closest('[data-key]')?.dataset.key, control: focused.dataset.control };
}

function restoreFocus(parent, { child, control }) {
  const place = [...parent.children].find((one) => one.dataset.key === child);
  const again = control === undefined ? null : place?.querySelector(`[data-control="${CSS.escape(control)}"]`);
  (again ?? place)?.focus();
}
