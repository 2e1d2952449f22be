// What a person says of photos. It shows at once, and is sent in its turn; a decision can be taken back.
import { ask, jobAddress, send } from './api.js';
import { find, inTurn, state, unsent } from './state.js';

const patch = (id, wish) => send('PATCH', jobAddress(id, '/items'), wish);

function mark(numbers, decision) {
  for (const number of numbers) {
    const item = find(number);
    if (item) item.decision = decision;
  }
}

/**
 * Say something of photos. It can be taken back.
 * @returns the photos that it was said of
 */
export async function decide(numbers, decision) {
  const { id } = state; // another job may be shown before it is this one's turn
  const before = new Map(numbers.map((number) => [number, find(number)?.decision ?? null]));
  const ready = numbers.filter((number) => decision !== 'accepted' || find(number)?.state === 'done');
  mark(ready, decision);
  ready.forEach((number) => unsent.set(number, decision));
  const done = await told(id, numbers, decision, () => {
    if (id !== state.id) return;
    for (const number of ready) if (unsent.get(number) === decision) unsent.delete(number);
  }).catch((error) => {
    if (id === state.id) for (const number of ready) mark([number], before.get(number));
    throw error;
  });
  if (id !== state.id) return done;
  const taken = new Set(done);
  for (const number of ready) if (!taken.has(number)) mark([number], before.get(number));
  remember(done, before);
  return done;
}

const told = (id, numbers, decision, after) => inTurn(async () => {
  try {
    return (await patch(id, { numbers, decision })).numbers;
  } finally {
    after();
  }
});

function remember(numbers, before) {
  const back = new Map();
  for (const number of numbers) back.set(before.get(number), [...(back.get(before.get(number)) ?? []), number]);
  if (numbers.length) state.undo.push([...back]);
}

/** Accept all that are sure enough. */
export function acceptAbove() {
  const { id, above } = state;
  return inTurn(async () => {
    const { numbers } = await patch(id, { above, decision: 'accepted' });
    if (id !== state.id) return numbers;
    if (numbers.length) state.undo.push([[null, numbers]]);
    mark(numbers, 'accepted');
    return numbers;
  });
}

/** Take the last decision back. */
export function takeBack() {
  const { id } = state;
  return inTurn(async () => {
    if (id !== state.id) return [];
    const { undo } = state, last = undo.at(-1) ?? [], back = [];
    for (const [decision, numbers] of last) {
      back.push(...(await patch(id, { numbers, decision })).numbers);
      if (id === state.id) mark(numbers, decision);
    }
    undo.pop(); // the list of that job
    return back;
  });
}

/** Have photos made again with another network; what else was changed of each, such as its strokes, stays. */
export function remake(numbers, choice) {
  const { id } = state, known = new Map(numbers.map((number) => [number, find(number)]));
  return inTurn(async () => {
    const alike = new Map(); // numbers, by what is changed of those photos
    for (const number of numbers) {
      const { changes } = known.get(number) ?? await ask(jobAddress(id, `/items/${number}`));
      const text = JSON.stringify({ ...changes, ...choice });
      alike.set(text, [...(alike.get(text) ?? []), number]);
    }
    const done = { numbers: [], job: null };
    for (const [text, some] of alike) {
      const answer = await patch(id, { numbers: some, changes: JSON.parse(text) });
      Object.assign(done, answer, { numbers: [...done.numbers, ...answer.numbers] });
    }
    if (id === state.id) for (const number of done.numbers) if (find(number)) Object.assign(find(number), { state: 'queued', decision: null });
    return done;
  });
}
