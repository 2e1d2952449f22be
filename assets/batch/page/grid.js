// The grid: a card for each photo, kept as long as its photo is shown, so that focus is never lost.
import { by, source } from './elements.js';
import { modelTitle, percent, say, why, words } from './words.js';
import { find, state } from './state.js';

const grid = by('grid');
const cards = new Map(); // by number
const numberOf = (event) => Number(event.target.closest('.card')?.dataset.number ?? 0);
const isBusy = (item) => item.state === 'queued' || item.state === 'leased';

export const hasFocus = () => Boolean(document.activeElement?.closest('.card'));

/** The result of a photo that is shown, of several. */
export const resultOf = (item) => item.results.find((one) => one.name === state.result) ?? item.results[0];

export function start({ open, picked }) {
  grid.addEventListener('click', (event) => { if (event.target.closest('.open')) open(numberOf(event)); });
  grid.addEventListener('change', (event) => picked(numberOf(event), event.target.checked));
  grid.addEventListener('focusin', (event) => setActive(numberOf(event)));
  grid.addEventListener('pointerover', (event) => prepare(numberOf(event)));
  grid.addEventListener('load', (event) => event.target.classList.add('is-ready'), true);
}

/** Show what is known now. */
export function draw() {
  const shown = new Set(state.items.map((item) => item.number));
  for (const [number, card] of cards) if (!shown.has(number)) { card.remove(); cards.delete(number); }
  if (!shown.has(state.active)) state.active = state.items[0]?.number ?? null;
  state.items.forEach((item, place) => {
    const card = cards.get(item.number) ?? made(item.number);
    fill(card, item);
    if (grid.children[place] !== card) grid.insertBefore(card, grid.children[place] ?? null);
  });
  by('empty').hidden = state.items.length > 0;
}

function made(number) {
  const card = by('card').content.firstElementChild.cloneNode(true);
  card.dataset.number = number;
  cards.set(number, card);
  return card;
}

function fill(card, item) {
  const selected = state.selected.has(item.number), active = item.number === state.active;
  const told = JSON.stringify([item, selected, active, state.result]);
  if (card.told === told) return;
  card.told = told;
  const part = (name) => card.querySelector(name), failed = item.state === 'failed', result = resultOf(item);
  for (const [name, so] of Object.entries({ accepted: item.decision === 'accepted', excluded: item.decision === 'excluded', selected, active, busy: isBusy(item), failed })) {
    card.classList.toggle(`is-${name}`, so);
  }
  source(part('.after'), result?.thumb);
  if (active) prepare(item.number);
  part('.file').textContent = item.file;
  part('.decided').textContent = item.decision ? words[item.decision] : '';
  part('.broken').textContent = [item.error?.text, ...item.broken].filter(Boolean).join('; ');
  part('.why').textContent = [...item.reasons.map(why), ...notes(item)].join('; ');
  const mark = part('.mark');
  mark.textContent = failed ? words.failed_mark : result ? percent(item.score) : '';
  mark.className = `mark ${failed ? 'failed' : item.flags.includes('unsure') ? 'look-at' : 'sure'}`;
  const pick = part('input');
  pick.checked = selected;
  pick.tabIndex = active ? 0 : -1;
  pick.setAttribute('aria-label', say('select', { file: item.file }));
  const open = part('.open');
  open.tabIndex = active ? 0 : -1;
  open.setAttribute('aria-label', [item.file, isBusy(item) ? words.in_work : mark.textContent, part('.decided').textContent, part('.why').textContent].filter(Boolean).join(', '));
}

function notes(item) {
  const found = item.duplicate_of ? [say('same_as', { file: item.duplicate_of })] : [];
  for (const flag of ['odd_scale', 'odd_colour']) if (item.flags.includes(flag)) found.push(words[flag]);
  if (item.changes.model) found.push(say('made_with', { model: modelTitle(item.changes.model) }));
  if (item.changes.strokes?.length) found.push(words.touched_up);
  return found;
}

export const said = (item) => [...item.broken, ...item.reasons.map(why), ...notes(item)];

/** The photo as it was is asked for when somebody may want to see it: of a large one it takes a moment. */
function prepare(number) {
  const item = find(number), card = cards.get(number);
  if (item && card && item.state !== 'failed') source(card.querySelector('.before'), item.before);
}

function setActive(number) {
  if (!number || state.active === number) return;
  const before = state.active;
  state.active = number;
  for (const one of [before, number]) if (cards.has(one)) fill(cards.get(one), find(one));
}

/** Make a photo the one that keys are about, and bring it into sight. */
export function focus(number) {
  setActive(number);
  const open = cards.get(number)?.querySelector('.open');
  open?.focus({ preventScroll: true });
  open?.closest('.card').scrollIntoView({ block: 'nearest' });
}

const placeOf = (number) => state.items.findIndex((item) => item.number === number);

/** The neighbour of the active photo, so many further. */
export function neighbour(step) {
  const place = placeOf(state.active) + step;
  return state.items[Math.min(Math.max(place, 0), state.items.length - 1)]?.number ?? null;
}

/** The photos from one to another. */
export function between(one, other) {
  const [from, to] = [placeOf(one), placeOf(other)].sort((first, second) => first - second);
  return state.items.slice(from, to + 1).map((item) => item.number);
}

/** The photos after the active one. */
export const following = () => state.items.slice(placeOf(state.active) + 1).map((item) => item.number);

/** How many cards are in a row. */
export const columns = () => getComputedStyle(grid).gridTemplateColumns.split(' ').length;

/** Show the active photo as it was, in place of its result. */
export function before(shown) {
  grid.querySelectorAll('.is-before').forEach((card) => card.classList.remove('is-before'));
  if (shown) cards.get(state.active)?.classList.add('is-before');
}

