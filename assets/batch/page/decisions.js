// What a person says of photos. It shows at once, and is sent in its turn; a decision can be taken back.
import { ask, jobAddress, send } from './api.js';
import { find, inTurn, state, unsent } from './state.js';

const patch = (wish) => send('PATCH', jobAddress(state.id, '/items'), wish);

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
  const before = new Map(numbers.map((number) => [number, find(number)?.decision ?? null]));
  const ready = numbers.filter((number) => decision !== 'accepted' || find(number)?.state === 'done');
  mark(ready, decision);
  ready.forEach((number) => unsent.set(number, decision));
  const done = await told(numbers, decision, () => {
    for (const number of ready) if (unsent.get(number) === decision) unsent.delete(number);
  }).catch((error) => {
    for (const number of ready) mark([number], before.get(number));
    throw error;
  });
  const taken = new Set(done);
  for (const number of ready) if (!taken.has(number)) mark([number], before.get(number));
  remember(done, before);
  return done;
}

const told = (numbers, decision, after) => inTurn(async () => {
  try {
    return (await patch({ numbers, decision })).numbers;
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
  return inTurn(async () => {
    const { numbers } = await patch({ above: state.above, decision: 'accepted' });
    if (numbers.length) state.undo.push([[null, numbers]]);
    mark(numbers, 'accepted');
    return numbers;
  });
}

/** Take the last decision back. */
export function takeBack() {
  return inTurn(async () => {
    const last = state.undo.at(-1) ?? [], back = [];
    for (const [decision, numbers] of last) {
      back.push(...(await patch({ numbers, decision })).numbers);
      mark(numbers, decision);
    }
    state.undo.pop();
    return back;
  });
}

/** Have photos made again with another network; what else was changed of each, such as its strokes, stays. */
export function remake(numbers, choice) {
  return inTurn(async () => {
    const alike = new Map(); // numbers, by what is changed of those photos
    for (const number of numbers) {
      const { changes } = find(number) ?? await ask(jobAddress(state.id, `/items/${number}`));
      const text = JSON.stringify({ ...changes, ...choice });
      alike.set(text, [...(alike.get(text) ?? []), number]);
    }
    const done = { numbers: [], job: null };
    for (const [text, some] of alike) {
      const answer = await patch({ numbers: some, changes: JSON.parse(text) });
      Object.assign(done, answer, { numbers: [...done.numbers, ...answer.numbers] });
    }
    for (const number of done.numbers) if (find(number)) Object.assign(find(number), { state: 'queued', decision: null });
    return done;
  });
}
