// What is known of a job's photos here, and which of them are shown.
import { ask, jobAddress } from './api.js';

export const PAGE = 60;
const AT_ONCE = 180; // photos that one answer brings, when many are shown

export const state = {
  id: null,
  filter: 'all',
  sort: 'doubt',
  wanted: PAGE, // so many of them
  items: [], // as they are shown
  counts: {},
  acceptable: 0,
  above: 0.9,
  more: false,
  fresh: 0, // photos that belong among those that are shown, and are held back while somebody is at work
  sorted: true, // whether those that are shown are in their order
  result: null, // the name of the one that is shown, of several
  selected: new Set(),
  active: null, // number of the photo that keys are about
  undo: [], // of decisions: lists of [decision, numbers] that bring back what was
};

const known = new Map(); // every photo that was told of, by number
export const unsent = new Map(); // decisions on their way, by number
let line = Promise.resolve();

/** Do one thing after the other: what is sent, and what is asked for then. */
export function inTurn(work) {
  const done = line.then(work);
  line = done.catch(() => {});
  return done;
}

export const find = (number) => known.get(number);

export function forget(id, above) {
  known.clear();
  unsent.clear();
  state.selected.clear();
  Object.assign(state, { id, above, filter: 'all', wanted: PAGE, items: [], counts: {}, fresh: 0, sorted: true, active: null, undo: [] });
}

function learn(item) {
  if (unsent.has(item.number)) item.decision = unsent.get(item.number);
  known.set(item.number, item);
  return item;
}

const items = ({ id, filter, sort, above }, page, size) => ask(jobAddress(id, `/items?${new URLSearchParams({ filter, sort, page, size, above })}`));

const asked = () => ({ id: state.id, filter: state.filter, sort: state.sort, above: state.above });
const still = (wish) => ['id', 'filter', 'sort'].every((name) => state[name] === wish[name]);

function counted({ counts, acceptable }) {
  Object.assign(state, { counts, acceptable });
}

/**
 * Ask for what is shown.
 * @param keep whether the photos that are shown stay, each in its place
 */
export function load({ keep = false } = {}) {
  return inTurn(async () => {
    const wish = asked(), { wanted } = state, size = wanted > PAGE ? AT_ONCE : PAGE;
    const pages = await Promise.all(Array.from({ length: Math.ceil(wanted / size) }, (_, page) => items(wish, page + 1, size)));
    if (!still(wish)) return false; // another job, or others of its photos, are wanted by now
    const told = new Map(pages.flatMap((page) => page.items).slice(0, wanted).map((item) => [item.number, learn(item)]));
    if (keep && !await refreshed(told, wish)) return false;
    if (!keep) Object.assign(state, { items: [...told.values()], fresh: 0, sorted: true });
    state.more = pages.at(-1).total > wanted;
    if (wish.above === state.above) counted(pages.at(-1)); // else it is counted anew, in its turn
    return true;
  });
}

/** Those that are shown as they are now, though they would not be shown any more, or elsewhere; false where others are wanted by now. */
async function refreshed(told, wish) {
  const gone = state.items.filter((item) => !told.has(item.number)).slice(0, 12);
  await Promise.allSettled(gone.map((item) => ask(jobAddress(wish.id, `/items/${item.number}`))))
    .then((answers) => { if (still(wish)) answers.filter((one) => one.value).forEach((one) => learn(one.value)); });
  if (!still(wish)) return false;
  state.items = state.items.map((item) => known.get(item.number) ?? item);
  const shown = new Set(state.items.map((item) => item.number));
  state.fresh = [...told.keys()].filter((number) => !shown.has(number)).length;
  state.sorted = [...told.keys()].every((number, place) => state.items[place]?.number === number);
  return true;
}

/** Ask for counts alone. */
export function recount() {
  return inTurn(async () => {
    const wish = asked(), page = await items(wish, 1, 1);
    if (wish.id === state.id && wish.above === state.above) counted(page);
  });
}

const fits = (item) => {
  if (state.filter === 'undecided') return item.decision === null;
  return ['accepted', 'excluded'].includes(state.filter) ? item.decision === state.filter : true;
};

/** Drop what the filter does not show any more; whether anything was dropped. */
export function sift() {
  const before = state.items.length;
  state.items = state.items.filter(fits);
  return state.items.length < before;
}
