// Small helpers for what the page is made of.
export const by = (id) => document.getElementById(id);

/** An element with properties, attributes where a name has a dash, and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-')) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** Let a button act or not. It keeps the focus either way: who works with keys is not thrown out. */
export function able(button, can) {
  button.setAttribute('aria-disabled', String(!can));
}

export const isAble = (button) => button.getAttribute('aria-disabled') !== 'true';

/** Call work when a button that is able is pressed. */
export function pressed(button, work) {
  button.addEventListener('click', (event) => { if (isAble(button)) work(event); });
}

/** Let a picture show an address, or nothing. */
export function source(image, address) {
  image.hidden = !address;
  if ((image.getAttribute('src') ?? '') === (address ?? '')) return;
  image.classList.remove('is-ready');
  if (address) image.src = address;
  else image.removeAttribute('src');
}

/** What is folded out closes by Escape, by a click elsewhere, and when the focus leaves it. */
export function folds(details) {
  const close = () => { details.open = false; };
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return;
    event.stopPropagation();
    close();
    details.querySelector('summary').focus();
  });
  details.addEventListener('focusout', (event) => { if (event.relatedTarget && !details.contains(event.relatedTarget)) close(); });
  document.addEventListener('pointerdown', (event) => { if (!details.contains(event.target)) close(); });
}
