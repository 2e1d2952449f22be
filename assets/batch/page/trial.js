// A trial: six photos that stand for all, before and after, before anything is begun.
import { jobAddress, send } from './api.js';
import { by, element } from './elements.js';
import { percent, say, why, words } from './words.js';

const MOST = 6;
const list = by('tried');
let turn = 0; // of the trial that is under way

export function stop() {
  turn += 1;
  list.setAttribute('aria-busy', 'false');
  list.querySelectorAll('.is-waiting').forEach((one) => one.remove());
}

export function clear() {
  stop();
  list.replaceChildren();
}

/**
 * Try what a job makes.
 * @param told called with a sentence for each photo
 * @returns whether it came to its end
 */
export async function run(id, told) {
  clear();
  const mine = turn, places = Array.from({ length: MOST }, () => element('li', { className: 'is-waiting' }));
  list.append(...places);
  list.setAttribute('aria-busy', 'true');
  list.scrollIntoView({ block: 'nearest' });
  for (let photo = 0; photo < places.length; photo += 1) {
    told(say('trying', { n: photo + 1 }));
    const answer = await send('POST', jobAddress(id, '/trial'), { photo }).catch((error) => error);
    if (mine !== turn) return false;
    if (answer.code === 'photo_not_found') break;
    if (answer.photos) places.splice(answer.photos).forEach((one) => one.remove());
    show(places[photo], answer);
  }
  stop();
  return true;
}

function show(place, answer) {
  place.className = '';
  if (answer instanceof Error) {
    place.className = 'problems';
    place.textContent = answer.message;
    return;
  }
  const results = answer.results.map((result) => figure(result.url, answer.results.length > 1 ? result.name : words.after));
  const reasons = new Set(answer.results.flatMap((result) => result.reasons.map(why)));
  const score = Math.min(...answer.results.map((result) => result.confidence));
  place.append(
    element('div', { className: 'pair' }, figure(answer.before, words.before), ...results),
    element('p', {}, element('strong', { textContent: answer.file }), ` · ${[percent(score), ...reasons].join(' · ')}`),
  );
}

const figure = (address, caption) => element('figure', {}, element('img', { src: address, alt: caption }), element('figcaption', { textContent: caption, 'aria-hidden': 'true' }));
