// The choice of a network, and the explicit yes that some licences ask for.
import { by } from './elements.js';
import { facts, say } from './words.js';

const commercial = (name) => facts.models.find((model) => model.value === name)?.commercial ?? true;

/** Fill a list with networks, and show the question of consent where one asks for it. */
export function offer(list, consent) {
  list.append(...facts.models.map(({ label, value }) => new Option(label, value)));
  const show = () => { consent.closest('label').hidden = commercial(list.value); };
  list.addEventListener('change', show);
  show();
}

/** The Recipe's fields of a choice. */
export const chosen = (list, consent) => ({ model: list.value, ...(!commercial(list.value) && consent.checked && { noncommercial: true }) });

/** @param redo called with what photos are to be made again with */
export function start(redo) {
  offer(by('redo-model'), by('redo-consent'));
  by('redo-dialog').addEventListener('close', () => {
    if (by('redo-dialog').returnValue === 'yes') redo(chosen(by('redo-model'), by('redo-consent')));
  });
}

/** Ask which network photos are to be made again with. */
export function ask(count) {
  by('redo-title').textContent = say('redo_with', { n: count });
  by('redo-dialog').returnValue = '';
  by('redo-dialog').showModal();
}
