// The review: what is shown of a job's photos, and what a person says of them.
import { jobAddress } from './api.js';
import * as grid from './grid.js';
import * as keys from './keys.js';
import * as large from './large.js';
import * as states from './state.js';
import { facts, say, words } from './words.js';

const { state } = states;
const by = (id) => document.getElementById(id);
let telling = { said() {}, problem() {}, started() {} };
let timer = null;

export function start(callbacks) {
  telling = callbacks;
  by('redo-model').append(...facts.models.map(([label, value]) => new Option(label, value)));
  grid.start({ open: (number) => { grid.focus(number); large.show(); }, picked: pick });
  large.start(() => grid.focus(state.active));
  by('above').addEventListener('input', () => {
    state.above = Math.min(Math.max(Number(by('above').value) / 100, 0), 1);
    soon(refresh, 250);
  });
  by('accept-above').addEventListener('click', () => doing(async () => {
    telling.said(say('accepted_n', { n: (await states.acceptAbove()).length }));
    await refresh();
  }));
  by('take-back').addEventListener('click', acts.back);
  by('more').addEventListener('click', () => doing(async () => {
    const from = state.items.length;
    state.pages += 1;
    await refresh();
    if (state.items[from]) grid.focus(state.items[from].number);
  }));
  for (const box of [by('selection'), by('large')]) {
    box.addEventListener('click', (event) => acts[event.target.closest('[data-do]')?.dataset.do]?.(event));
  }
  by('redo-dialog').addEventListener('close', () => {
    if (by('redo-dialog').returnValue === 'yes') remake(by('redo-model').value);
  });
  keys.start(acts, () => !by('job').hidden && !by('redo-dialog').open && !by('help').open && state.items.length > 0);
}

/** Show a job's photos from the first on, or from one of them. */
export async function open(id, number) {
  Object.assign(state, { id, filter: 'all', pages: 1, items: [], active: number ?? null, undo: [] });
  state.selected.clear();
  for (const [link, rest] of [['zip-all', 'results.zip'], ['zip-accepted', 'results.zip?accepted=true'], ['report-html', 'report.html'], ['report-csv', 'report.csv']]) {
    by(link).href = jobAddress(id, `/${rest}`);
  }
  await refresh();
  while (number && !states.find(number) && state.more && state.id === id) {
    state.pages *= 2; // whoever comes back from a photo wants to see it, however far down it is
    await refresh();
  }
  if (number) grid.focus(number);
}

/** Look once more, soon: results come quicker than they need be shown. */
export function changed(ended) {
  soon(refresh, ended ? 0 : 1200);
}

function soon(work, wait) {
  if (timer && wait) return;
  clearTimeout(timer);
  timer = setTimeout(() => { timer = null; doing(work); }, wait);
}

async function refresh() {
  if (!state.id) return;
  const focused = document.activeElement?.closest('.card')?.dataset.number;
  if (!await states.load()) return;
  draw();
  if (focused && states.find(Number(focused))) grid.focus(Number(focused));
}

function draw() {
  grid.draw();
  by('more').hidden = !state.more;
  by('review').hidden = !state.counts.all;
  by('accept-above').textContent = say('accept_n', { n: state.acceptable });
  by('accept-above').disabled = !state.acceptable;
  by('take-back').disabled = !state.undo.length;
  by('selection').hidden = !state.selected.size;
  by('selected').textContent = say('selected', { n: state.selected.size });
  drawFilters();
}

function drawFilters() {
  const box = by('filters');
  if (!box.children.length) {
    box.append(...facts.filters.map((name) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', value: name });
      button.append(words[`show_${name}`], document.createElement('b'));
      button.addEventListener('click', () => doing(async () => {
        Object.assign(state, { filter: name, pages: 1 });
        await refresh();
      }));
      return button;
    }));
  }
  for (const button of box.children) {
    const count = state.counts[button.value] ?? 0;
    button.querySelector('b').textContent = count;
    button.setAttribute('aria-pressed', String(button.value === state.filter));
    button.disabled = !count && button.value !== state.filter && button.value !== 'all';
  }
}

async function doing(work) {
  telling.problem('');
  try {
    await work();
  } catch (error) {
    telling.problem(error.message);
  }
}

function pick(number, selected) {
  if (selected) state.selected.add(number);
  else state.selected.delete(number);
  draw();
}

const concerned = () => (state.selected.size && !large.isOpen() ? [...state.selected] : state.active ? [state.active] : []);

function decide(decision) {
  return doing(async () => {
    const numbers = concerned(), next = grid.neighbour(1);
    const done = await states.decide(numbers, decision);
    const what = { accepted: 'accepted_n', excluded: 'excluded_n' }[decision] ?? 'cleared_n';
    telling.said(done.length ? say(what, { n: done.length }) : words.not_done);
    const single = !state.selected.size || large.isOpen();
    state.selected.clear();
    await refresh();
    if (single && next !== null && decision) move(next);
    else if (large.isOpen()) large.show();
  });
}

function move(number) {
  if (number === null) return;
  grid.focus(number);
  if (large.isOpen()) large.show();
}

function extend(step) {
  state.selected.add(state.active);
  const next = grid.neighbour(step);
  if (next !== null) state.selected.add(next);
  draw();
  move(next);
}

function remake(model) {
  return doing(async () => {
    const { numbers, job } = await states.remake(concerned(), model);
    telling.said(say('again_n', { n: numbers.length }));
    state.selected.clear();
    await refresh();
    if (large.isOpen()) large.show();
    telling.started(job);
  });
}

const acts = {
  next: () => move(grid.neighbour(1)),
  previous: () => move(grid.neighbour(-1)),
  below: () => move(grid.neighbour(large.isOpen() ? 1 : grid.columns())),
  above: () => move(grid.neighbour(large.isOpen() ? -1 : -grid.columns())),
  extend_next: () => extend(1),
  extend_previous: () => extend(-1),
  open: () => large.show(),
  accept: () => decide('accepted'),
  exclude: () => decide('excluded'),
  clear: () => decide(null),
  redo: () => by('redo-dialog').showModal(),
  touch: () => { if (state.active) location.href = `./?job=${encodeURIComponent(state.id)}&item=${state.active}`; },
  select: () => pick(state.active, !state.selected.has(state.active)),
  unselect: () => { state.selected.clear(); draw(); },
  all: () => { state.items.forEach((item) => state.selected.add(item.number)); draw(); },
  zoom: () => { if (large.isOpen()) large.zoom(); },
  before: (event) => (large.isOpen() ? large.before(event ? !large.showsBefore() : true) : grid.before(true)),
  after: () => (large.isOpen() ? large.before(false) : grid.before(false)),
  back: () => doing(async () => {
    telling.said(say('taken_back', { n: (await states.takeBack()).length }));
    await refresh();
  }),
  help: () => by('help').showModal(),
};
