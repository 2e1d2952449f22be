// The review: what is shown of a job's photos, and what a person says of them.
import { by, pressed } from './elements.js';
import * as decisions from './decisions.js';
import * as filters from './filters.js';
import * as grid from './grid.js';
import * as keys from './keys.js';
import * as large from './large.js';
import * as models from './models.js';
import { PAGE, find, forget, load, recount, sift, state } from './state.js';
import { say, words } from './words.js';

const LEAST_WAIT = 1200; // ms between looks while results come in

let telling = { said() {}, problem() {}, started() {} };
let wait = LEAST_WAIT; // longer, where many are shown

export function start(callbacks) {
  telling = callbacks;
  grid.start({ open: (number) => { grid.focus(number); large.show(); }, picked: pick });
  large.start(() => grid.focus(state.active));
  filters.start((here) => doing(here ? draw : anew));
  by('above').addEventListener('input', () => {
    state.above = Math.min(Math.max(Number(by('above').value) / 100, 0), 1);
    countAgain(250);
  });
  pressed(by('accept-above'), () => doing(acceptAbove));
  pressed(by('take-back'), () => doing(takeBack));
  pressed(by('fresh'), () => doing(async () => {
    await refresh();
    grid.focus(state.items[0]?.number);
  }));
  pressed(by('more'), () => doing(more));
  for (const box of [by('selection'), by('large')]) {
    box.addEventListener('click', (event) => acts[event.target.closest('[data-do]')?.dataset.do]?.(event));
  }
  models.start(remake);
  const free = () => !by('job').hidden && !by('redo-dialog').open && !by('help').open && state.items.length > 0;
  keys.start(acts, free);
}

/** Show a job's photos from the first on, or from one of them. */
export async function open(job, number) {
  forget(job.id, Number(by('above').value) / 100);
  filters.files(job.id);
  filters.results(job.results);
  await refresh();
  while (number && !state.items.some((item) => item.number === number) && state.more && state.id === job.id) {
    state.wanted *= 2; // whoever comes back from a photo wants to see it, however far down it is
    await refresh();
  }
  if (number && state.id === job.id) grid.focus(number);
}

/** Look once more, soon: results come quicker than they need be shown. */
export function changed(job, ended) {
  filters.results(job.results);
  lookAgain(ended ? 0 : wait);
}

/** Whether somebody has eyes on the photos that are shown: then they stay where they are. */
const atWork = () => grid.hasFocus() || large.isOpen() || state.selected.size > 0;

/** Something that is done once, however often it is asked for meanwhile. */
function once(work) {
  let timer = null;
  return (delay) => {
    if (timer && delay) return;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = null; doing(work); }, delay);
  };
}

const lookAgain = once(() => refresh({ keep: atWork() }));
const countAgain = once(recounted);

async function refresh(how) {
  if (!state.id) return;
  const began = performance.now();
  if (!await load(how)) return;
  wait = Math.max(LEAST_WAIT, 4 * (performance.now() - began));
  draw();
}

/** Show something else, from its beginning. */
async function anew() {
  state.wanted = PAGE;
  state.selected.clear();
  await refresh();
  telling.said(say('shown_n', { n: state.counts[state.filter] ?? 0, filter: words[`show_${state.filter}`] }));
}

async function more() {
  const from = state.items.length;
  state.wanted += PAGE;
  await refresh();
  if (state.items[from]) grid.focus(state.items[from].number);
}

function draw() {
  const focused = grid.hasFocus() ? state.active : null, hadFocus = document.activeElement;
  grid.draw();
  filters.draw();
  by('review').hidden = !state.counts.all;
  by('selection').hidden = !state.selected.size;
  document.documentElement.classList.toggle('is-selecting', state.selected.size > 0);
  by('selected').textContent = say('selected', { n: state.selected.size });
  if (large.isOpen()) large.show();
  if (focused !== null && !grid.hasFocus()) grid.focus(find(focused) && state.items.includes(find(focused)) ? focused : state.active);
  else if (hadFocus?.closest('[hidden]')) grid.focus(state.active); // what was pressed is gone
}

async function recounted() {
  await recount();
  draw();
}

async function doing(work) {
  telling.problem('');
  try {
    await work();
  } catch (error) {
    telling.problem(error.message);
    draw();
  }
}

function pick(number, selected) {
  if (selected) state.selected.add(number);
  else state.selected.delete(number);
  draw();
}

const concerned = () => (state.selected.size && !large.isOpen() ? [...state.selected] : state.active ? [state.active] : []);

const SAID = { accepted: 'accepted_n', excluded: 'excluded_n' };

/** Say something of the photos that are meant; of a single one, and go on to the next. */
function decide(decision) {
  return doing(async () => {
    const numbers = concerned(), after = grid.following(), single = !state.selected.size || large.isOpen();
    const deciding = decisions.decide(numbers, decision);
    if (!large.isOpen()) state.selected.clear();
    const dropped = sift(), shown = new Set(state.items.map((item) => item.number));
    const next = single && decision ? after.find((number) => shown.has(number)) ?? state.items.at(-1)?.number : null;
    if (next) move(next);
    draw();
    const done = await deciding;
    telling.said(done.length ? say(SAID[decision] ?? 'cleared_n', { n: done.length }) : words.not_done);
    if (dropped && state.more) await refresh();
    else countAgain(200);
    draw();
  });
}

async function acceptAbove() {
  const numbers = await decisions.acceptAbove();
  telling.said(say('accepted_n', { n: numbers.length }));
  await refresh();
}

async function takeBack() {
  const numbers = await decisions.takeBack();
  telling.said(say('taken_back', { n: numbers.length }));
  await refresh();
}

function move(number) {
  if (number === null || number === undefined) return;
  grid.focus(number);
  if (large.isOpen()) large.show();
}

function extend(step) {
  const next = grid.neighbour(step);
  grid.between(state.active, next).forEach((number) => state.selected.add(number));
  move(next);
  draw();
}

function remake(choice) {
  return doing(async () => {
    const { numbers, job } = await decisions.remake(concerned(), choice);
    telling.said(say('again_n', { n: numbers.length }));
    state.selected.clear();
    await refresh({ keep: true });
    if (job) telling.started(job);
  });
}

const acts = {
  next: () => move(grid.neighbour(1)),
  previous: () => move(grid.neighbour(-1)),
  below: () => move(grid.neighbour(large.isOpen() ? 1 : grid.columns())),
  above: () => move(grid.neighbour(large.isOpen() ? -1 : -grid.columns())),
  first: () => move(state.items[0]?.number),
  last: () => move(state.items.at(-1)?.number),
  extend_next: () => extend(1),
  extend_previous: () => extend(-1),
  extend_below: () => extend(grid.columns()),
  extend_above: () => extend(-grid.columns()),
  open: () => large.show(),
  accept: () => decide('accepted'),
  exclude: () => decide('excluded'),
  clear: () => decide(null),
  redo: () => models.ask(concerned().length),
  touch: () => { if (state.active) location.href = `./?job=${encodeURIComponent(state.id)}&item=${state.active}`; },
  select: () => { if (!large.isOpen()) pick(state.active, !state.selected.has(state.active)); },
  unselect: () => { state.selected.clear(); draw(); },
  all: () => { state.items.forEach((item) => state.selected.add(item.number)); draw(); },
  pans: large.isZoomed,
  zoom: () => { if (large.isOpen()) large.zoom(); },
  result: () => { const name = filters.nextResult(); if (name) { telling.said(name); draw(); } },
  before: (event) => (large.isOpen() ? large.before(event ? !large.showsBefore() : true) : grid.before(true)),
  after: () => (large.isOpen() ? large.before(false) : grid.before(false)),
  back: () => doing(takeBack),
  help: () => by('help').showModal(),
};
