// What is known of a job's photos here, and what can be done to them.
import { ask, jobAddress, send } from './api.js';

const PAGE = 60;

export const state = {
  id: null,
  filter: 'all',
  pages: 1,
  items: [], // as they are shown
  counts: {},
  acceptable: 0,
  above: 0.9,
  more: false,
  selected: new Set(),
  active: null, // number of the photo that keys are about
  undo: [], // of decisions: lists of [decision, numbers] that bring back what was
};

export const find = (number) => state.items.find((item) => item.number === number);

/** Ask for the pages that are shown. */
export async function load() {
  const id = state.id, wanted = [];
  for (let page = 1; page <= state.pages; page += 1) {
    const query = new URLSearchParams({ filter: state.filter, page, size: PAGE, above: state.above });
    wanted.push(ask(jobAddress(id, `/items?${query}`)));
  }
  const pages = await Promise.all(wanted);
  if (id !== state.id) return false; // another job was opened meanwhile
  const seen = new Map();
  for (const page of pages) for (const item of page.items) seen.set(item.number, item);
  const last = pages.at(-1);
  Object.assign(state, { items: [...seen.values()], counts: last.counts, acceptable: last.acceptable, more: last.page < last.pages });
  return true;
}

/** Note a decision on photos; it can be taken back. */
export async function decide(numbers, decision) {
  const before = new Map();
  for (const number of numbers) {
    const was = find(number)?.decision ?? null;
    before.set(was, [...(before.get(was) ?? []), number]);
  }
  const { numbers: changed } = await send('PATCH', jobAddress(state.id, '/items'), { numbers, decision });
  const done = new Set(changed);
  const back = [...before].map(([was, some]) => [was, some.filter((number) => done.has(number))]);
  if (done.size) state.undo.push(back.filter(([, some]) => some.length));
  for (const item of state.items) if (done.has(item.number)) item.decision = decision;
  return changed;
}

/** Accept all that are sure enough. */
export async function acceptAbove() {
  const { numbers } = await send('PATCH', jobAddress(state.id, '/items'), { above: state.above, decision: 'accepted' });
  if (numbers.length) state.undo.push([[null, numbers]]);
  return numbers;
}

/** Take the last decision back. */
export async function takeBack() {
  const last = state.undo.pop() ?? [];
  for (const [decision, numbers] of last) await send('PATCH', jobAddress(state.id, '/items'), { numbers, decision });
  return last.flatMap(([, numbers]) => numbers);
}

/** Have photos made again with another network; what else was changed of each, such as its strokes, stays. */
export async function remake(numbers, model) {
  const alike = new Map(); // numbers, by what is changed of those photos
  for (const number of numbers) {
    const { changes } = find(number) ?? await ask(jobAddress(state.id, `/items/${number}`));
    const text = JSON.stringify({ ...changes, model });
    alike.set(text, [...(alike.get(text) ?? []), number]);
  }
  const done = { numbers: [], job: null };
  for (const [text, some] of alike) {
    const answer = await send('PATCH', jobAddress(state.id, '/items'), { numbers: some, changes: JSON.parse(text) });
    Object.assign(done, answer, { numbers: [...done.numbers, ...answer.numbers] });
  }
  return done;
}
