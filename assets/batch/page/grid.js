// The grid: a card for each photo, kept as long as its photo is shown, so that focus is never lost.
import { percent, say, why, words } from './words.js';
import { state } from './state.js';

const grid = document.getElementById('grid');
const cards = new Map(); // by number
let telling = { open() {}, picked() {} };

export function start(callbacks) {
  telling = callbacks;
  grid.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (card && event.target.closest('.open')) telling.open(Number(card.dataset.number));
  });
  grid.addEventListener('change', (event) => {
    const card = event.target.closest('.card');
    if (card) telling.picked(Number(card.dataset.number), event.target.checked);
  });
  grid.addEventListener('focusin', (event) => {
    const card = event.target.closest('.card');
    if (card) setActive(Number(card.dataset.number));
  });
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
  document.getElementById('empty').hidden = state.items.length > 0;
}

function made(number) {
  const card = document.createElement('li');
  card.className = 'card';
  card.dataset.number = number;
  card.innerHTML = `
    <button type="button" class="open"><span class="look"><img class="after" alt="" loading="lazy"><img class="before" alt="" loading="lazy"></span></button>
    <span class="mark"></span><span class="pick"><input type="checkbox"></span>
    <div class="about"><p class="file"></p><p class="decided"></p><p class="broken"></p><p class="why"></p></div>`;
  cards.set(number, card);
  return card;
}

function fill(card, item) {
  const selected = state.selected.has(item.number), active = item.number === state.active;
  const told = JSON.stringify([item, selected, active]);
  if (card.told === told) return;
  card.told = told;
  const part = (name) => card.querySelector(name);
  const [result] = item.results, busy = item.state === 'queued' || item.state === 'leased';
  card.classList.toggle('is-accepted', item.decision === 'accepted');
  card.classList.toggle('is-excluded', item.decision === 'excluded');
  card.classList.toggle('is-selected', selected);
  card.classList.toggle('is-busy', busy);
  source(part('.after'), result?.thumb);
  source(part('.before'), item.state === 'failed' && !result ? null : item.before);
  part('.file').textContent = item.file;
  part('.decided').textContent = item.decision ? words[item.decision] : '';
  part('.broken').textContent = [...item.broken, item.error?.text ?? ''].filter(Boolean).join('; ');
  part('.why').textContent = [...item.reasons.map(why), ...notes(item)].join('; ');
  const mark = part('.mark');
  mark.textContent = item.state === 'failed' ? words.failed_mark : result ? percent(item.score) : '';
  mark.className = `mark ${item.state === 'failed' ? 'failed' : item.flags.includes('unsure') ? 'look-at' : 'sure'}`;
  const pick = part('input');
  pick.checked = selected;
  pick.tabIndex = active ? 0 : -1;
  pick.setAttribute('aria-label', say('select', { file: item.file }));
  const open = part('.open');
  open.tabIndex = active ? 0 : -1;
  open.setAttribute('aria-label', [item.file, mark.textContent, part('.decided').textContent].filter(Boolean).join(', '));
}

function notes(item) {
  const found = item.duplicate_of ? [say('same_as', { file: item.duplicate_of })] : [];
  for (const flag of ['odd_scale', 'odd_colour']) if (item.flags.includes(flag)) found.push(words[flag]);
  if (item.changes.model) found.push(say('made_with', { model: item.changes.model }));
  if (item.changes.strokes?.length) found.push(words.touched_up);
  return found;
}

function source(image, address) {
  if ((image.getAttribute('src') ?? '') === (address ?? '')) return;
  if (address) image.src = address;
  else image.removeAttribute('src');
  image.hidden = !address;
}

function setActive(number) {
  if (state.active === number) return;
  const before = state.active;
  state.active = number;
  for (const item of state.items) if (item.number === before || item.number === number) fill(cards.get(item.number), item);
}

/** Make a photo the one that keys are about, and bring it into sight. */
export function focus(number) {
  setActive(number);
  const open = cards.get(number)?.querySelector('.open');
  open?.focus({ preventScroll: true });
  open?.scrollIntoView({ block: 'nearest' });
}

/** The neighbour of the active photo, so many further. */
export function neighbour(step) {
  const place = state.items.findIndex((item) => item.number === state.active);
  return state.items[Math.min(Math.max(place + step, 0), state.items.length - 1)]?.number ?? null;
}

/** How many cards are in a row. */
export function columns() {
  return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
}

/** Show the photo as it was, in place of its result. */
export function before(shown) {
  cards.get(state.active)?.classList.toggle('is-before', shown);
}
